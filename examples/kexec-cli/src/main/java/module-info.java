/** The kexec command on the SDK. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.examples.cli {
    requires static org.jspecify;
    requires info.picocli;
    requires io.kexec4j;
    requires io.kexec4j.linux;

    opens io.kexec4j.examples.cli to
            info.picocli;
}

/** The first image in ten minutes. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.examples.quickstart {
    requires static org.jspecify;
    requires io.kexec4j;
    requires io.kexec4j.linux;
}

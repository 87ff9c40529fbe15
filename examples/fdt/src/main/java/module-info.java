/** The commands for device trees on kexec-fdt. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.examples.fdt {
    requires static org.jspecify;
    requires info.picocli;
    requires io.kexec4j.fdt;

    opens io.kexec4j.examples.fdt to
            info.picocli;
}

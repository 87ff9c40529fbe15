/**
 * Flattened device trees: read, look up, edit, overlay, write, print and parse as source. Uses nothing but the JDK.
 *
 * <p>{@code Fdt.read} and {@code Fdt.edit} in {@link io.kexec4j.fdt} are where to begin.
 */
@org.jspecify.annotations.NullMarked
module io.kexec4j.fdt {
    requires static transitive org.jspecify;

    exports io.kexec4j.fdt;
    exports io.kexec4j.fdt.bindings;
    exports io.kexec4j.fdt.diff;
    exports io.kexec4j.fdt.dts;
    exports io.kexec4j.fdt.overlay;
}

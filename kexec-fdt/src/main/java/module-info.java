/** Flattened device trees. Uses nothing but the JDK. Its packages come with the device tree library. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.fdt {
    requires static transitive org.jspecify;
}

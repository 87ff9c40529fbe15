/** The code that runs between two kernels, one relocatable object an architecture. Uses nothing but the JDK. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.purgatory {
    requires static transitive org.jspecify;
    requires io.kexec4j.elf;

    exports io.kexec4j.purgatory;
}

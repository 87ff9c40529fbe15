/** ELF files, read and linked: ELF32 and ELF64, little and big endian. Uses nothing but the JDK. */
@org.jspecify.annotations.NullMarked
module io.kexec4j.elf {
    requires static transitive org.jspecify;

    exports io.kexec4j.elf;
}

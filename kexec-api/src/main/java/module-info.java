/** Builds kexec images: facts about a machine and a kernel go in, an immutable image comes out. */
@org.jspecify.annotations.NullMarked
module io.kexec4j {
    requires static transitive org.jspecify;
    requires io.kexec4j.elf;
    requires org.tukaani.xz;
    // Only where they are: the one brings java.desktop along, the other native code.
    requires static org.apache.commons.compress;
    requires static com.github.luben.zstd_jni;
    requires transitive io.kexec4j.fdt;
    requires transitive io.kexec4j.purgatory;

    exports io.kexec4j;
    exports io.kexec4j.architectures;
    exports io.kexec4j.boot;
    exports io.kexec4j.boot.arm64;
    exports io.kexec4j.boot.ppc64;
    exports io.kexec4j.boot.x86;
    exports io.kexec4j.bytes;
    exports io.kexec4j.container;
    exports io.kexec4j.crash;
    exports io.kexec4j.error;
    exports io.kexec4j.image;
    exports io.kexec4j.kernel;
    exports io.kexec4j.memory;
    exports io.kexec4j.report;
    exports io.kexec4j.target;
}

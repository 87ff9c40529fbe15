package io.kexec4j.kernel;

import java.util.Optional;

/** The formats that {@link KernelFiles#identify} knows: those of kernels, and those that are given by mistake. */
public enum KernelFormat {
    /** Linux for x86, to be loaded at 1 MiB or above. */
    BZIMAGE,
    /** Linux for x86 in the old form, to be loaded at 64 KiB. */
    ZIMAGE_X86,
    /** ELF: a vmlinux, a kernel with a multiboot header, or any other program. */
    ELF,
    /** A kernel with a multiboot header in a file that is no ELF file. */
    MULTIBOOT,
    /** Linux for arm64, decompressed. */
    ARM64_IMAGE,
    /** Linux for RISC-V, decompressed. */
    RISCV_IMAGE,
    /** Linux for LoongArch, decompressed, with its EFI stub. */
    LOONGARCH_IMAGE,
    /** A compressed kernel in an EFI program that unpacks it. */
    EFI_ZBOOT,
    /** A unified kernel image: an EFI program with a kernel in its section .linux. */
    UKI,
    /** Any other EFI or Windows program. */
    PE,
    /** The legacy image of U-Boot. */
    UIMAGE,
    /** A flattened image tree of U-Boot: a device tree whose nodes hold kernels. */
    FIT,
    /** A flattened device tree. */
    DEVICE_TREE,
    /** boot.img of Android. */
    ANDROID_BOOT,
    /** Linux for s390. */
    S390_IMAGE,
    /** Linux for 32-bit Arm, compressed. */
    ARM_ZIMAGE,
    /** A gzip stream. */
    GZIP(Compression.GZIP),
    /** A bzip2 stream. */
    BZIP2(Compression.BZIP2),
    /** An LZMA stream without the container of xz. */
    LZMA(Compression.LZMA),
    /** An xz stream. */
    XZ(Compression.XZ),
    /** An lzop file. */
    LZOP(Compression.LZO),
    /** An LZ4 stream in the legacy container. */
    LZ4_LEGACY(Compression.LZ4_LEGACY),
    /** An LZ4 stream in the frame container. */
    LZ4_FRAME(Compression.LZ4_FRAME),
    /** A Zstandard stream. */
    ZSTD(Compression.ZSTD),
    /** A cpio archive: an initramfs. */
    CPIO,
    /** A script, by its first line. */
    SCRIPT,
    /** Text. */
    TEXT,
    /** A boot sector without a Linux header: a disk image, or a kernel of before 1996. */
    BOOT_SECTOR,
    /** Nothing but zeroes. */
    ZEROES,
    /** No bytes at all. */
    EMPTY,
    /** None of these. */
    UNKNOWN;

    private final Optional<Compression> compression;

    KernelFormat() {
        this.compression = Optional.empty();
    }

    KernelFormat(Compression compression) {
        this.compression = Optional.of(compression);
    }

    /**
     * {@return how the whole file is compressed, if it is a compressed stream; an {@link #EFI_ZBOOT} is not, as only a part
     * of it is}
     */
    public Optional<Compression> compression() {
        return compression;
    }

    static Optional<KernelFormat> of(Compression compression) {
        for (KernelFormat format : values()) {
            if (format.compression.equals(Optional.of(compression))) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}

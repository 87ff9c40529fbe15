package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;

/** Tells what a file is. */
public final class KernelFiles {
    /** Enough for the farthest mark: the multiboot2 header lies in the first 32 KiB, that of s390 at 64 KiB. */
    private static final int HEAD = 0x10010;

    private static final int ZERO_CHUNK = 1 << 16;
    private static final int BYTES_SHOWN = 16;
    private static final int TEXT_HEAD = 512;
    private static final int TEXT_SHOWN = 60;

    private KernelFiles() {}

    /**
     * Tells what a file is, by marks in its first 64 KiB. Only the mark is looked at: that a file is identified does not mean
     * that it is whole.
     *
     * @param file any file
     * @return what it is
     * @throws IOException if the file cannot be read; never because of its bytes
     */
    public static Identification identify(Content file) throws IOException {
        if (file.size() == 0) {
            return new Identification(KernelFormat.EMPTY, "an empty file");
        }
        Marks marks = new Marks(file.head("file", ByteOrder.LITTLE_ENDIAN, HEAD).bytes());
        Optional<Identification> found = kernel(marks)
                .or(() -> container(marks))
                .or(() -> compressed(marks).filter(stream -> stream.format() != KernelFormat.LZMA))
                .or(() -> multiboot(marks)) // before LZMA, which has no magic number
                .or(() -> compressed(marks))
                .or(() -> other(marks));
        if (found.isPresent()) {
            return found.get();
        }
        return isZero(file)
                ? new Identification(KernelFormat.ZEROES, "a file of %d zero bytes".formatted(file.size()))
                : new Identification(KernelFormat.UNKNOWN, "an unknown format that begins with " + firstBytes(marks));
    }

    private static Optional<Identification> kernel(Marks marks) {
        if (marks.has(SetupHeader.MAGIC, "HdrS")) {
            return marks.u16(0x206) >= 0x200 && (marks.u8(0x211) & SetupHeader.LOADED_HIGH) == 0
                    ? found(KernelFormat.ZIMAGE_X86, "an old x86 zImage, which runs at 64 KiB: build a bzImage")
                    : found(KernelFormat.BZIMAGE, "an x86 bzImage");
        }
        if (marks.has(0, "\u007fELF")) {
            return found(KernelFormat.ELF, ElfMarks.describe(marks));
        }
        if (marks.has(Arm64Header.MAGIC_OFFSET, Arm64Header.MAGIC)) {
            return found(KernelFormat.ARM64_IMAGE, "an arm64 Image");
        }
        if (marks.has(0x38, "RSC\u0005")) {
            return found(KernelFormat.RISCV_IMAGE, "a RISC-V Image");
        }
        if (marks.has(0x10008, "S390EP")) {
            return found(KernelFormat.S390_IMAGE, "an s390 image");
        }
        if (marks.u32(0x24) == 0x016f_2818 || marks.u32(0x24) == 0x1828_6f01) {
            return found(KernelFormat.ARM_ZIMAGE, "a 32-bit Arm zImage");
        }
        return marks.has(0, "MZ") ? PeMarks.identify(marks) : Optional.empty();
    }

    private static Optional<Identification> container(Marks marks) {
        if (marks.has(0, "'\u0005\u0019V")) {
            return found(KernelFormat.UIMAGE, "a U-Boot legacy image (uImage): extract the kernel first");
        }
        if (marks.has(0, "\u00d0\r\u00fe\u00ed")) {
            return marks.contains("\0\0\0\u0001images\0")
                    ? found(KernelFormat.FIT, "a U-Boot flattened image tree (FIT): extract the kernel first")
                    : found(KernelFormat.DEVICE_TREE, "a flattened device tree, not a kernel");
        }
        if (marks.has(0, "ANDROID!")) {
            return found(KernelFormat.ANDROID_BOOT, "an Android boot image: extract the kernel first");
        }
        if (marks.has(0, "070701") || marks.has(0, "070702") || marks.has(0, "070707")) {
            return found(KernelFormat.CPIO, "a cpio archive: an initramfs, not a kernel");
        }
        return Optional.empty();
    }

    private static Optional<Identification> compressed(Marks marks) {
        return KernelFormat.of(Compression.of(marks.bytes()))
                .flatMap(format -> found(
                        format,
                        "a compressed stream (%s)"
                                .formatted(format.compression()
                                        .orElse(Compression.UNKNOWN)
                                        .label())));
    }

    private static Optional<Identification> multiboot(Marks marks) {
        boolean second = MultibootMarks.version2(marks).isPresent();
        return second || MultibootMarks.version1(marks).isPresent()
                ? found(KernelFormat.MULTIBOOT, "a flat file with a multiboot%s header".formatted(second ? "2" : ""))
                : Optional.empty();
    }

    private static Optional<Identification> other(Marks marks) {
        if (marks.has(0, "#!")) {
            return found(KernelFormat.SCRIPT, "a script that begins with \"%s\"".formatted(firstLine(marks)));
        }
        if (isText(marks)) {
            return found(KernelFormat.TEXT, "a text that begins with \"%s\"".formatted(firstLine(marks)));
        }
        if (marks.u16(0x1fe) == 0xaa55) {
            return found(
                    KernelFormat.BOOT_SECTOR,
                    "a boot sector without a Linux header: a disk image, or a kernel before 1.3.73");
        }
        return Optional.empty();
    }

    static Optional<Identification> found(KernelFormat format, String description) {
        return Optional.of(new Identification(format, description));
    }

    private static boolean isText(Marks marks) {
        int length = Math.min(TEXT_HEAD, marks.size());
        for (int i = 0; i < length; i++) {
            int c = marks.u8(i);
            if (c < ' ' ? c != '\t' && c != '\n' && c != '\r' : c >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static String firstLine(Marks marks) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < TEXT_SHOWN && i < marks.size(); i++) {
            int c = marks.u8(i);
            if (c == '\n' || c == '\r') {
                break;
            }
            line.append(c >= ' ' && c < 0x7f ? (char) c : '?');
        }
        return line.toString();
    }

    private static String firstBytes(Marks marks) {
        byte[] shown = new byte[Math.min(BYTES_SHOWN, marks.size())];
        marks.bytes().get(0, shown);
        return HexFormat.ofDelimiter(" ").formatHex(shown);
    }

    private static boolean isZero(Content file) throws IOException {
        for (long offset = 0; offset < file.size(); offset += ZERO_CHUNK) {
            for (byte b : file.copy(offset, (int) Math.min(ZERO_CHUNK, file.size() - offset))) {
                if (b != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}

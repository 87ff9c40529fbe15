package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeSet;

/**
 * An EFI zboot image: a kernel without a decompressor of its own, compressed, in an EFI program that unpacks it (Linux,
 * drivers/firmware/efi/libstub/zboot-header.S). Without EFI, only the boot loader can do that. Immutable.
 *
 * <pre>
 *     0x00  "MZ", two bytes of 0
 *     0x04  "zimg"
 *     0x08  where the payload begins in the file, 32 bits, little-endian
 *     0x0c  the size of the payload, 32 bits, little-endian
 *     0x18  how it is compressed: a name that ends with a NUL, at most 32 bytes
 * </pre>
 *
 * <p>Behind a payload that is not gzip, and no part of it, are four bytes: the size of what comes out, little-endian. The build of
 * Linux fills the kernel up with zeroes to the size that it needs in memory before it compresses it, so the certificates of a signed
 * kernel do not end where the output does.
 */
public final class EfiZboot {
    private static final String FORMAT = "EFI zboot image";
    private static final int HEADER = 0x40;
    private static final int NAME = 0x18;
    private static final int LONGEST_NAME = 31;

    /** By the names of scripts/Makefile.lib, and those that stand to reason. */
    private static final Map<String, Compression> NAMES = Map.of(
            "gzip", Compression.GZIP,
            "bzip2", Compression.BZIP2,
            "lzma", Compression.LZMA,
            "xzkern", Compression.XZ,
            "xz", Compression.XZ,
            "lzo", Compression.LZO,
            "lz4", Compression.LZ4_LEGACY,
            "zstd", Compression.ZSTD,
            "zstd22", Compression.ZSTD);

    private final Content file;
    private final long payloadOffset;
    private final Content payload;
    private final String compressionName;
    private final Compression compression;

    private EfiZboot(
            Content file, long payloadOffset, Content payload, String compressionName, Compression compression) {
        this.file = file;
        this.payloadOffset = payloadOffset;
        this.payload = payload;
        this.compressionName = compressionName;
        this.compression = compression;
    }

    /**
     * Reads the header and checks it. The payload is not decompressed.
     *
     * @param file the whole file; it must not change while the result is in use
     * @return what the header says
     * @throws MalformedInputException if it is no such image, then saying what it is, or breaks a rule of the layout
     * @throws IOException if the file cannot be read
     */
    public static EfiZboot parse(Content file) throws IOException {
        ByteView head = file.head(FORMAT, ByteOrder.LITTLE_ENDIAN, HEADER);
        if (head.size() < 8 || head.u16(0) != 0x5a4d || head.u32(4) != 0x676d_697a) {
            throw new MalformedInputException(
                    FORMAT,
                    4,
                    "an EFI zboot image has \"zimg\" here, but this is "
                            + KernelFiles.identify(file).description());
        }
        head.verify(
                head.size() == HEADER,
                head.size(),
                "the header must have %d bytes, but the file ends here".formatted(HEADER));
        long offset = head.u32(0x08);
        long size = head.u32(0x0c);
        head.verify(
                offset >= HEADER && offset < file.size(),
                0x08,
                "the payload must begin behind the header and within the file, which has 0x%x bytes, begins at 0x%x"
                        .formatted(file.size(), offset));
        head.verify(
                size > 0 && size <= file.size() - offset,
                0x0c,
                "the size of the payload must be above 0 and leave it within the file, which has 0x%x bytes, is 0x%x at 0x%x"
                        .formatted(file.size(), size, offset));
        String name = head.cString(NAME, LONGEST_NAME);
        Compression named = NAMES.getOrDefault(name, Compression.UNKNOWN);
        head.verify(
                named != Compression.UNKNOWN,
                NAME,
                "the compression must be one of %s, is %s"
                        .formatted(new TreeSet<>(NAMES.keySet()), MalformedInputException.quote(printable(name))));
        Content payload = file.slice(offset, size);
        return new EfiZboot(file, offset, payload, name, container(payload, named));
    }

    private static String printable(String name) {
        return name.replaceAll("[^ -~]", "?");
    }

    /** LZ4 has two containers, and one name. */
    private static Compression container(Content payload, Compression named) throws IOException {
        Compression found =
                Compression.of(ByteBuffer.wrap(payload.copy(0, (int) Math.min(payload.size(), Compression.HEAD))));
        return named == Compression.LZ4_LEGACY && found == Compression.LZ4_FRAME ? found : named;
    }

    /**
     * {@return where the payload begins in the file}
     */
    public long payloadOffset() {
        return payloadOffset;
    }

    /**
     * {@return the kernel, compressed}
     */
    public Content payload() {
        return payload;
    }

    /**
     * {@return the name of the compression in the header, such as {@code zstd22}}
     */
    public String compressionName() {
        return compressionName;
    }

    /**
     * {@return how the payload is compressed}
     */
    public Compression compression() {
        return compression;
    }

    /**
     * Decompresses the payload and reads the kernel in it.
     *
     * @param limits how much that may take
     * @return the kernel; not filled up behind its certificates, if it is signed
     * @throws MalformedInputException if the payload is damaged, or is no Image that can be started; the message says what it is
     *     instead
     * @throws io.kexec4j.error.UnsupportedCombinationException if the library for the compression is not there
     * @throws IOException if the file cannot be read
     */
    public Arm64Image kernel(Decompression limits) throws IOException {
        return kernel(new Budget(limits, Progress.NONE));
    }

    Arm64Image kernel(Budget budget) throws IOException {
        try {
            Content kernel = budget.decompress(payload, compression);
            verifySize(kernel.size());
            Identification found = KernelFiles.identify(kernel);
            if (found.format() != KernelFormat.ARM64_IMAGE) {
                throw new MalformedInputException(
                        "kernel", 0, "it must hold an arm64 Image, but this is " + found.description());
            }
            return Arm64Image.parse(kernel);
        } catch (MalformedInputException e) {
            throw e.within("an EFI zboot image (%s)".formatted(compressionName));
        }
    }

    /** Some tools count the size to the payload; then it was checked where that was decompressed. */
    private void verifySize(long size) throws IOException {
        long end = payloadOffset + payload.size();
        if (compression == Compression.GZIP || word(end - Integer.BYTES) == (int) size) {
            return;
        }
        if (end > file.size() - Integer.BYTES) {
            throw new MalformedInputException(
                    FORMAT, end, "four bytes with the size of the output must follow the payload");
        }
        if (word(end) != (int) size) {
            throw new MalformedInputException(
                    FORMAT,
                    end,
                    "the four bytes behind the payload must be the size of its output, 0x%x, are 0x%x"
                            .formatted(size, word(end)));
        }
    }

    private int word(long offset) throws IOException {
        return ByteBuffer.wrap(file.copy(offset, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    @Override
    public String toString() {
        return "EFI zboot image (%s), %d bytes of payload".formatted(compressionName, payload.size());
    }
}

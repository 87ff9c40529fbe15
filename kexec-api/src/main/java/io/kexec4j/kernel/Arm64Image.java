package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * An Image: Linux for arm64, decompressed, and what other kernels make to be started alike (booting.rst, "Booting AArch64 Linux").
 * Immutable.
 *
 * <p>Everything that a boot loader relies on was checked when the file was parsed: the file fits the memory that the kernel asks for,
 * the sizes do not wrap, and the kernel begins with a branch to code that the file has. What only the machine can tell, is for
 * {@link #verifyStartsOn}.
 */
public final class Arm64Image implements KernelFile {
    static final String FORMAT = "arm64 Image";

    private static final long OLD_TEXT_OFFSET = 0x80000;
    /** What kexec-tools and U-Boot take for kernels that do not say. */
    private static final long OLD_SIZE = 16 << 20;

    private static final long BIG_ENDIAN_FLAG = 1;
    private static final int PAGE_SIZE_SHIFT = 1;
    private static final int PAGE_SIZE_MASK = 3;
    private static final long ANYWHERE_FLAG = 1 << 3;
    private static final int SMALLEST_PAGE_SHIFT = 10;
    private static final int FLAGS_OFFSET = 0x18;
    private static final int KIB = 1024;

    private final Content content;
    private final Content code;
    private final Arm64Header header;

    /** The releases of Linux that a header can come from, where that changes what the kernel takes. */
    public enum Generation {
        /** Linux up to 3.16: the header has no {@code image_size}. */
        BEFORE_3_17,
        /** Linux 3.17 to 4.5: the kernel cannot use memory below itself. */
        FROM_3_17,
        /** Linux 4.6 and newer: the kernel may lie anywhere. */
        FROM_4_6
    }

    private Arm64Image(Content content, Content code, Arm64Header header) {
        this.content = content;
        this.code = code;
        this.header = header;
    }

    /**
     * Reads an Image and checks it.
     *
     * @param file the whole file; zeroes behind the certificates of a signed one are left out. It must not change while the
     *     result is in use
     * @return what is in it
     * @throws MalformedInputException if it is no arm64 Image, then saying what it is, or breaks a rule of the boot protocol
     * @throws IOException if the file cannot be read
     */
    public static Arm64Image parse(Content file) throws IOException {
        ByteView head = file.head(FORMAT, ByteOrder.LITTLE_ENDIAN, Arm64Header.SIZE);
        if (!Arm64Header.hasMagic(head)) {
            throw malformed(
                    Arm64Header.MAGIC_OFFSET,
                    "an arm64 Image has \"ARM\\x64\" here, but this is "
                            + KernelFiles.identify(file).description());
        }
        head.verify(
                head.size() == Arm64Header.SIZE,
                head.size(),
                "an arm64 Image has a header of %d bytes, but the file ends here".formatted(Arm64Header.SIZE));
        Arm64Header header = Arm64Header.read(head);
        Optional<PeCertificates> certificates = Optional.empty();
        if (header.isEfiProgram()) {
            PeSections.read(FORMAT, file); // for its check that the file has all of them
            certificates = PeCertificates.find(FORMAT, file);
        }
        Content code = file.slice(0, certificates.map(PeCertificates::offset).orElse(file.size()));
        Content content = file.slice(0, certificates.map(PeCertificates::end).orElse(file.size()));
        Arm64Image image = new Arm64Image(content, code, header);
        image.verifySizes(head);
        return image;
    }

    private void verifySizes(ByteView head) throws MalformedInputException {
        head.verify(
                code.size() <= memorySize(),
                0x10,
                header.imageSize() == 0
                        ? "a kernel without image_size must not have more than 0x%x bytes, has 0x%x"
                                .formatted(OLD_SIZE, code.size())
                        : "image_size must not be below the size of the file, 0x%x, is 0x%x"
                                .formatted(code.size(), header.imageSize()));
        long target = header.branchTarget()
                .orElseThrow(() -> malformed(
                        0,
                        "code0 or code1 must be a branch, are 0x%08x and 0x%08x"
                                .formatted(header.code0(), header.code1())));
        head.verify(
                target >= Arm64Header.SIZE && target < code.size(),
                0,
                "code0 or code1 must branch to code behind the header and below 0x%x, not to 0x%x"
                        .formatted(code.size(), target));
    }

    private static MalformedInputException malformed(long offset, String rule) {
        return new MalformedInputException(FORMAT, offset, rule);
    }

    /**
     * {@return the file as kexec_file_load takes it: with its certificates if it is signed, and nothing behind them}
     */
    @Override
    public Content content() {
        return content;
    }

    /**
     * {@return what is loaded: the file without its certificates, at most {@link #memorySize} bytes. Always the same object, so its
     * digest is computed once}
     */
    public Content code() {
        return code;
    }

    /**
     * {@return the header as it is in the file}
     */
    public Arm64Header header() {
        return header;
    }

    /**
     * {@return whether the file has certificates, that is, was signed for UEFI Secure Boot; the signature is not looked at}
     */
    public boolean isSigned() {
        return code.size() != content.size();
    }

    /**
     * {@return how many bytes above a multiple of 2 MiB the kernel must lie, below 2 MiB: {@code text_offset}, and 0x80000 before
     * Linux 3.17, whose field has an unknown byte order}
     */
    public long textOffset() {
        return header.imageSize() == 0 ? OLD_TEXT_OFFSET : header.textOffset();
    }

    /**
     * {@return how many bytes of memory the kernel needs from where it lies, not rounded: {@code image_size}, and 16 MiB before Linux
     * 3.17, which does not say}
     */
    public long memorySize() {
        return header.imageSize() == 0 ? OLD_SIZE : header.imageSize();
    }

    /**
     * {@return the byte order of the kernel: bit 0 of {@code flags}; before Linux 3.17, which has no flags, that of {@code
     * text_offset}}
     */
    public ByteOrder byteOrder() {
        boolean big = header.imageSize() == 0
                ? header.textOffset() == Long.reverseBytes(OLD_TEXT_OFFSET)
                : (header.flags() & BIG_ENDIAN_FLAG) != 0;
        return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /**
     * {@return the page size of the kernel in bytes, 4, 16 or 64 KiB: bits 1 and 2 of {@code flags}; empty if they do not say}
     */
    public OptionalLong pageSize() {
        int code = (int) (header.flags() >>> PAGE_SIZE_SHIFT) & PAGE_SIZE_MASK;
        return code == 0 ? OptionalLong.empty() : OptionalLong.of(1L << (SMALLEST_PAGE_SHIFT + 2 * code));
    }

    /**
     * {@return whether the kernel may lie anywhere in memory: bit 3 of {@code flags}. Otherwise it must lie as near as possible to the
     * start of memory, as it cannot use what is below}
     */
    public boolean mayLieAnywhere() {
        return (header.flags() & ANYWHERE_FLAG) != 0;
    }

    /**
     * {@return the releases of Linux that the header can come from; others than Linux may set the same fields}
     */
    public Generation generation() {
        if (header.imageSize() == 0) {
            return Generation.BEFORE_3_17;
        }
        return mayLieAnywhere() ? Generation.FROM_4_6 : Generation.FROM_3_17;
    }

    /**
     * Looks through the kernel for the line that it prints first. It has no fixed place, so this takes some milliseconds.
     *
     * @return the version in words, such as {@code 6.12.117 (builder@host) #1 SMP ...}; empty if there is no such line
     * @throws IOException if the file has shrunk
     */
    public Optional<String> versionString() throws IOException {
        return LinuxBanner.find(code);
    }

    /**
     * {@return what keeps the kernel from starting on a machine, each with the field of the header that says so; nothing if it can
     * start}
     *
     * @param cpu what the machine can do
     */
    public List<String> obstacles(Arm64Cpu cpu) {
        List<String> obstacles = new ArrayList<>();
        if (!cpu.byteOrders().contains(byteOrder())) {
            String field = header.imageSize() == 0
                    ? "text_offset (offset 0x8) is 0x%x".formatted(header.textOffset())
                    : flags("bit 0");
            obstacles.add("%s: the kernel is %s, but the CPU can only be %s"
                    .formatted(
                            field,
                            label(byteOrder()),
                            label(cpu.byteOrders().iterator().next())));
        }
        pageSize().ifPresent(size -> {
            if (!cpu.pageSizes().contains(size)) {
                String sizes = cpu.pageSizes().stream()
                        .sorted()
                        .map(bytes -> bytes / KIB + " KiB")
                        .collect(Collectors.joining(" and "));
                obstacles.add("%s: the kernel has pages of %d KiB, but the CPU can only have %s"
                        .formatted(flags("bits 1 and 2"), size / KIB, sizes));
            }
        });
        return List.copyOf(obstacles);
    }

    private String flags(String bits) {
        return "flags (offset 0x%x, %s) is 0x%x".formatted(FLAGS_OFFSET, bits, header.flags());
    }

    private static String label(ByteOrder order) {
        return order == ByteOrder.BIG_ENDIAN ? "big-endian" : "little-endian";
    }

    /**
     * Checks that the kernel can start on a machine. One that cannot, hangs before it could say anything.
     *
     * @param cpu what the machine can do
     * @throws UnsupportedCombinationException with all {@link #obstacles}, if there are any
     */
    public void verifyStartsOn(Arm64Cpu cpu) {
        List<String> obstacles = obstacles(cpu);
        if (!obstacles.isEmpty()) {
            throw new UnsupportedCombinationException(
                    "the kernel would not start on this machine: " + String.join("; ", obstacles));
        }
    }

    @Override
    public String toString() {
        return "arm64 Image%s, %s, %s pages, %d bytes"
                .formatted(
                        isSigned() ? ", signed" : "",
                        label(byteOrder()),
                        pageSize().isPresent() ? pageSize().getAsLong() / KIB + " KiB" : "unknown",
                        code.size());
    }
}

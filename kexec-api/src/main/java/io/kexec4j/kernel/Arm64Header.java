package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The first 64 bytes of an {@link Arm64Image} (booting.rst, "Call the kernel image"), and what they say of the kernel. A vmlinux has
 * them too, at its lowest address.
 *
 * <p>The fields are as in the file: little-endian, also if the kernel is not, and bits and words that have no meaning yet are kept as
 * they are. Where the meaning depends on the age of the kernel, a method has it: {@link #loadOffset}, {@link #memorySize},
 * {@link #byteOrder}.
 *
 * @param code0 the first instruction, an unsigned 32-bit number; its lower half is "MZ" if the kernel is an EFI program too
 * @param code1 the second instruction, an unsigned 32-bit number
 * @param textOffset {@code text_offset}: bytes from a multiple of 2 MiB to where the kernel lies. If {@code imageSize} is 0, it means
 *     nothing, as its byte order is not known
 * @param imageSize {@code image_size}: the bytes of memory that the kernel needs from where it lies; 0 before Linux 3.17
 * @param flags {@code flags}: see {@link #byteOrder}, {@link #pageSize} and {@link #mayLieAnywhere} for what they say
 * @param res2 {@code res2}, reserved
 * @param res3 {@code res3}, reserved
 * @param res4 {@code res4}, reserved
 * @param peOffset where the header of the EFI program lies in the file, an unsigned 32-bit number
 */
public record Arm64Header(
        long code0,
        long code1,
        long textOffset,
        long imageSize,
        long flags,
        long res2,
        long res3,
        long res4,
        long peOffset) {
    /** The size of the header in bytes. */
    public static final int SIZE = 64;

    static final String FORMAT = "arm64 Image";
    static final int MAGIC_OFFSET = 0x38;
    static final String MAGIC = "ARMd";

    private static final long BASE_ALIGNMENT = 2 << 20;
    private static final long MAGIC_VALUE = 0x644d_5241;
    /** More than any CPU of the architecture can address (LPA). */
    private static final long ADDRESS_SPACE = 1L << 52;

    private static final int BRANCH_OPCODE = 0b000101;
    private static final int OPCODE_SHIFT = 26;

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

    /** The releases of Linux that a header can come from, where that changes what the kernel takes. */
    public enum Generation {
        /** Linux up to 3.16: the header has no {@code image_size}. */
        BEFORE_3_17,
        /** Linux 3.17 to 4.5: the kernel cannot use memory below itself. */
        FROM_3_17,
        /** Linux 4.6 and newer: the kernel may lie anywhere. */
        FROM_4_6
    }

    /**
     * Reads a header and checks what can be checked without the rest of the kernel.
     *
     * @param start an Image, or whatever begins as one does: what a vmlinux has at its lowest address
     * @return the header
     * @throws MalformedInputException if there is no such header, then saying what there is, or if it breaks a rule of the boot
     *     protocol
     * @throws IOException if the content cannot be read
     */
    public static Arm64Header parse(Content start) throws IOException {
        ByteView head = start.head(FORMAT, ByteOrder.LITTLE_ENDIAN, SIZE);
        if (!hasMagic(head)) {
            throw new MalformedInputException(
                    FORMAT,
                    MAGIC_OFFSET,
                    "an arm64 Image has \"ARM\\x64\" here, but this is "
                            + KernelFiles.identify(start).description());
        }
        head.verify(
                head.size() == SIZE,
                head.size(),
                "an arm64 Image has a header of %d bytes, but the file ends here".formatted(SIZE));
        Arm64Header header = read(head);
        header.verify(head);
        return header;
    }

    private static boolean hasMagic(ByteView head) throws MalformedInputException {
        return head.size() >= MAGIC_OFFSET + Integer.BYTES && head.u32(MAGIC_OFFSET) == MAGIC_VALUE;
    }

    private static Arm64Header read(ByteView head) throws MalformedInputException {
        return new Arm64Header(
                head.u32(0x00),
                head.u32(0x04),
                head.u64(0x08),
                head.u64(0x10),
                head.u64(0x18),
                head.u64(0x20),
                head.u64(0x28),
                head.u64(0x30),
                head.u32(0x3c));
    }

    private void verify(ByteView head) throws MalformedInputException {
        head.verify(
                Long.compareUnsigned(imageSize, ADDRESS_SPACE) < 0,
                0x10,
                "image_size must be below 2^52, is 0x%x".formatted(imageSize));
        if (imageSize != 0) {
            head.verify(
                    Long.compareUnsigned(textOffset, BASE_ALIGNMENT) < 0,
                    0x08,
                    "text_offset must be below 2 MiB, is 0x%x".formatted(textOffset));
            head.verify(
                    textOffset < imageSize,
                    0x08,
                    "text_offset must be below image_size 0x%x, is 0x%x".formatted(imageSize, textOffset));
        }
    }

    /**
     * {@return how many bytes above a multiple of 2 MiB the kernel must lie, below 2 MiB: {@code text_offset}, and 0x80000 before
     * Linux 3.17, whose field has an unknown byte order}
     */
    public long loadOffset() {
        return imageSize == 0 ? OLD_TEXT_OFFSET : textOffset;
    }

    /**
     * {@return how many bytes of memory the kernel needs from where it lies, not rounded: {@code image_size}, and 16 MiB before Linux
     * 3.17, which does not say}
     */
    public long memorySize() {
        return imageSize == 0 ? OLD_SIZE : imageSize;
    }

    /**
     * {@return the byte order of the kernel: bit 0 of {@code flags}; before Linux 3.17, which has no flags, that of {@code
     * text_offset}}
     */
    public ByteOrder byteOrder() {
        boolean big =
                imageSize == 0 ? textOffset == Long.reverseBytes(OLD_TEXT_OFFSET) : (flags & BIG_ENDIAN_FLAG) != 0;
        return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /**
     * {@return the page size of the kernel in bytes, 4, 16 or 64 KiB: bits 1 and 2 of {@code flags}; empty if they do not say}
     */
    public OptionalLong pageSize() {
        int code = (int) (flags >>> PAGE_SIZE_SHIFT) & PAGE_SIZE_MASK;
        return code == 0 ? OptionalLong.empty() : OptionalLong.of(1L << (SMALLEST_PAGE_SHIFT + 2 * code));
    }

    /**
     * {@return whether the kernel may lie anywhere in memory: bit 3 of {@code flags}. Otherwise it must lie as near as possible to the
     * start of memory, as it cannot use what is below}
     */
    public boolean mayLieAnywhere() {
        return imageSize != 0 && (flags & ANYWHERE_FLAG) != 0;
    }

    /**
     * {@return the releases of Linux that the header can come from; others than Linux may set the same fields}
     */
    public Generation generation() {
        if (imageSize == 0) {
            return Generation.BEFORE_3_17;
        }
        return mayLieAnywhere() ? Generation.FROM_4_6 : Generation.FROM_3_17;
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
            String field =
                    imageSize == 0 ? "text_offset (offset 0x8) is 0x%x".formatted(textOffset) : flagBits("bit 0");
            obstacles.add("%s: the kernel is %s, but the CPU can only be %s"
                    .formatted(
                            field,
                            label(byteOrder()),
                            label(cpu.byteOrders().iterator().next())));
        }
        pageSize().ifPresent(size -> {
            if (!cpu.pageSizes().contains(size)) {
                String sizes =
                        cpu.pageSizes().stream().sorted().map(Arm64Header::kib).collect(Collectors.joining(" and "));
                obstacles.add("%s: the kernel has pages of %s, but the CPU can only have %s"
                        .formatted(flagBits("bits 1 and 2"), kib(size), sizes));
            }
        });
        return List.copyOf(obstacles);
    }

    /**
     * {@return what the kernel needs of a CPU, in words: its byte order and its page size}
     */
    public String needs() {
        return "%s, %s"
                .formatted(
                        label(byteOrder()),
                        pageSize().isPresent()
                                ? "with pages of " + kib(pageSize().getAsLong())
                                : "with pages of unknown size");
    }

    private String flagBits(String bits) {
        return "flags (offset 0x%x, %s) is 0x%x".formatted(FLAGS_OFFSET, bits, flags);
    }

    /** A number of bytes, in words. */
    static String kib(long bytes) {
        return bytes / KIB + " KiB";
    }

    static String label(ByteOrder order) {
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

    /** Whether the file is an EFI program as well. */
    boolean isEfiProgram() {
        return (code0 & 0xffff) == 0x5a4d;
    }

    /**
     * Where the kernel continues behind the header, in bytes from its start: an EFI program begins with an instruction that has no
     * effect and spells "MZ", and branches with the second.
     */
    OptionalLong branchTarget() {
        if (isBranch(code0)) {
            return OptionalLong.of(distance(code0));
        }
        return isBranch(code1) ? OptionalLong.of(Integer.BYTES + distance(code1)) : OptionalLong.empty();
    }

    private static boolean isBranch(long instruction) {
        return instruction >>> OPCODE_SHIFT == BRANCH_OPCODE;
    }

    /** The lower 26 bits are a signed number of instructions. */
    private static long distance(long branch) {
        int unused = Integer.SIZE - OPCODE_SHIFT;
        return ((int) branch << unused >> unused) * (long) Integer.BYTES;
    }
}

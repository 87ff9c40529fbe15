package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.error.MalformedInputException;
import java.util.OptionalLong;

/**
 * The first 64 bytes of an {@link Arm64Image} (booting.rst, "Call the kernel image"), as they are in the file: little-endian, also
 * if the kernel is not. Bits and words that have no meaning yet are kept as they are.
 *
 * @param code0 the first instruction, an unsigned 32-bit number; its lower half is "MZ" if the kernel is an EFI program too
 * @param code1 the second instruction, an unsigned 32-bit number
 * @param textOffset {@code text_offset}: bytes from a multiple of 2 MiB to where the kernel lies. If {@code imageSize} is 0, it means
 *     nothing, as its byte order is not known
 * @param imageSize {@code image_size}: the bytes of memory that the kernel needs from where it lies; 0 before Linux 3.17
 * @param flags {@code flags}: see {@link Arm64Image} for what they say
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

    static final int MAGIC_OFFSET = 0x38;
    static final String MAGIC = "ARMd";

    private static final long BASE_ALIGNMENT = 2 << 20;
    private static final long MAGIC_VALUE = 0x644d_5241;
    /** More than any CPU of the architecture can address (LPA). */
    private static final long ADDRESS_SPACE = 1L << 52;

    private static final int BRANCH_OPCODE = 0b000101;
    private static final int OPCODE_SHIFT = 26;

    /** Reads the header, and checks what can be checked without the rest of the file. */
    static Arm64Header read(ByteView head) throws MalformedInputException {
        Arm64Header header = new Arm64Header(
                head.u32(0x00),
                head.u32(0x04),
                head.u64(0x08),
                head.u64(0x10),
                head.u64(0x18),
                head.u64(0x20),
                head.u64(0x28),
                head.u64(0x30),
                head.u32(0x3c));
        long size = header.imageSize;
        long offset = header.textOffset;
        head.verify(
                Long.compareUnsigned(size, ADDRESS_SPACE) < 0,
                0x10,
                "image_size must be below 2^52, is 0x%x".formatted(size));
        if (size != 0) {
            head.verify(
                    Long.compareUnsigned(offset, BASE_ALIGNMENT) < 0,
                    0x08,
                    "text_offset must be below 2 MiB, is 0x%x".formatted(offset));
            head.verify(
                    offset < size, 0x08, "text_offset must be below image_size 0x%x, is 0x%x".formatted(size, offset));
        }
        return header;
    }

    static boolean hasMagic(ByteView head) throws MalformedInputException {
        return head.size() >= MAGIC_OFFSET + Integer.BYTES && head.u32(MAGIC_OFFSET) == MAGIC_VALUE;
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

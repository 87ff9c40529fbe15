package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One relocation while it is applied. The letters are those of the ABI documents. */
final class RelocationSite {
    private final ByteBuffer content;
    private final long loadAddress;
    private final long globalPointer;
    private final Fixup fixup;

    /**
     * Takes what the formulas need.
     *
     * @param content that of the whole object, in the byte order of the file
     * @param loadAddress its address
     * @param globalPointer {@link ObjectAbi#globalPointer()} as an address
     * @param fixup the relocation
     */
    RelocationSite(ByteBuffer content, long loadAddress, long globalPointer, Fixup fixup) {
        this.content = content;
        this.loadAddress = loadAddress;
        this.globalPointer = globalPointer;
        this.fixup = fixup;
    }

    void apply() throws ElfFormatException {
        fixup.type().formula().apply(this);
    }

    /** P: the address of the place that is changed. */
    long place() {
        return loadAddress + fixup.at();
    }

    /** S + A: the address of the symbol plus the addend. */
    long absolute() {
        return fixup.target().at(loadAddress) + addend();
    }

    /** A: the addend. */
    long addend() {
        return fixup.addend().orElseGet(this::addendInPlace);
    }

    /** The address that the register for the object's data holds: GP, or .TOC. */
    long globalPointer() {
        return globalPointer;
    }

    private long addendInPlace() {
        return switch (fixup.type().width()) {
            case 8 -> content.getLong(fixup.at());
            case 4 -> content.getInt(fixup.at());
            case 2 -> content.getShort(fixup.at());
            case 1 -> content.get(fixup.at());
            default -> 0;
        };
    }

    /** S + A - P. */
    long relative() {
        return absolute() - place();
    }

    void put64(long value) {
        content.putLong(fixup.at(), value);
    }

    void put32(int value) {
        content.putInt(fixup.at(), value);
    }

    void put16(short value) {
        content.putShort(fixup.at(), value);
    }

    short get16() {
        return content.getShort(fixup.at());
    }

    /** The instruction of 4 bytes whose lower 16 bits are the place, 0 if the content does not have it all. */
    int instructionAround() {
        int start = content.order() == ByteOrder.BIG_ENDIAN ? fixup.at() - Short.BYTES : fixup.at();
        return start < 0 || start > content.capacity() - Integer.BYTES ? 0 : content.getInt(start);
    }

    /** Replaces some bits of the 4 bytes by the lowest ones of a value. */
    void insert(long value, int shift, int width) {
        insertAt(fixup.at(), value, shift, width);
    }

    /** The same for the second 4 bytes of 8. */
    void insertInSecondWord(long value, int shift, int width) {
        insertAt(fixup.at() + Integer.BYTES, value, shift, width);
    }

    private void insertAt(int at, long value, int shift, int width) {
        int mask = (int) ((1L << width) - 1) << shift;
        content.putInt(at, (content.getInt(at) & ~mask) | ((int) (value << shift) & mask));
    }

    /** Stores 4 bytes that the processor will sign-extend. */
    void putSigned32(long value) throws ElfFormatException {
        verifyRange(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        put32((int) value);
    }

    /** Stores 4 bytes that the processor will zero-extend. */
    void putUnsigned32(long value) throws ElfFormatException {
        verifyRange(value, 0, 0xffffffffL);
        put32((int) value);
    }

    /** Throws unless a value is one of those from the first to the last, as signed numbers. */
    void verifyRange(long value, long first, long last) throws ElfFormatException {
        if (value < first || value > last) {
            throw failure("overflows: the value for address 0x%x is 0x%x, and must be from %s to %s"
                    .formatted(place(), value, hex(first), hex(last)));
        }
    }

    /** Throws unless a value is a multiple of a power of two. */
    void verifyAligned(String what, long value, int alignment) throws ElfFormatException {
        if ((value & (alignment - 1)) != 0) {
            throw failure("is misaligned: at address 0x%x, %s is 0x%x, and must be a multiple of %d"
                    .formatted(place(), what, value, alignment));
        }
    }

    private ElfFormatException failure(String rule) {
        return new ElfFormatException(
                fixup.entryOffset(),
                "%s against %s %s".formatted(fixup.type().name(), fixup.target().name(), rule));
    }

    private static String hex(long value) {
        return value < 0 ? "-0x" + Long.toHexString(-value) : "0x" + Long.toHexString(value);
    }
}

package io.kexec4j.elf;

import java.nio.ByteBuffer;

/** One relocation while it is applied. The letters are those of the ABI documents. */
final class RelocationSite {
    private final ByteBuffer content;
    private final long loadAddress;
    private final Fixup fixup;

    /** The content is that of the whole object, in the byte order of the file. */
    RelocationSite(ByteBuffer content, long loadAddress, Fixup fixup) {
        this.content = content;
        this.loadAddress = loadAddress;
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
        return fixup.target().at(loadAddress) + fixup.addend().orElseGet(this::addendInPlace);
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

    /** Stores 4 bytes that the processor will sign-extend. */
    void putSigned32(long value) throws ElfFormatException {
        put32(value, value == (int) value, "from -0x80000000 to 0x7fffffff");
    }

    /** Stores 4 bytes that the processor will zero-extend. */
    void putUnsigned32(long value) throws ElfFormatException {
        put32(value, value == (value & 0xffffffffL), "from 0 to 0xffffffff");
    }

    private void put32(long value, boolean fits, String range) throws ElfFormatException {
        if (!fits) {
            throw new ElfFormatException(
                    fixup.entryOffset(),
                    "%s against %s overflows: the value for address 0x%x is 0x%x, and must be %s"
                            .formatted(fixup.type().name(), fixup.target().name(), place(), value, range));
        }
        content.putInt(fixup.at(), (int) value);
    }
}

package io.kexec4j.elf;

import java.io.IOException;

/** Bytes that are not the ELF file they claim to be. The message names the offset and the rule that was broken. */
public final class ElfFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /** Where the rule is broken, in bytes from the start of the file. */
    private final long offset;

    /**
     * Creates the exception.
     *
     * @param offset where in the file, in bytes from its start
     * @param rule what must hold there
     */
    public ElfFormatException(long offset, String rule) {
        super(rule + " (offset 0x" + Long.toHexString(offset) + ")");
        this.offset = offset;
    }

    /**
     * {@return where in the file the rule is broken, in bytes from its start}
     */
    public long offset() {
        return offset;
    }
}

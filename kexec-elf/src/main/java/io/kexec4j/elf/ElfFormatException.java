package io.kexec4j.elf;

import java.io.IOException;

/**
 * Bytes that are not the ELF file they claim to be, or an object file that cannot be linked as asked. The message names
 * the rule that was broken and the offset in the file where it was broken. It is the only exception that the bytes of a
 * file can cause.
 */
public final class ElfFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /** Where the rule is broken, in bytes from the start of the file. */
    private final long offset;

    /** What must hold there. */
    private final String rule;

    /**
     * Creates the exception.
     *
     * @param offset where in the file, in bytes from its start
     * @param rule what must hold there, or what was found instead
     */
    public ElfFormatException(long offset, String rule) {
        super(rule + " (offset 0x" + Long.toHexString(offset) + ")");
        this.offset = offset;
        this.rule = rule;
    }

    /** Throws unless {@code condition} holds. Call it with a constant rule: a composed one is built every time. */
    static void verify(boolean condition, long offset, String rule) throws ElfFormatException {
        if (!condition) {
            throw new ElfFormatException(offset, rule);
        }
    }

    /**
     * {@return where in the file the rule is broken, in bytes from its start}
     */
    public long offset() {
        return offset;
    }

    /**
     * {@return what must hold there, or what was found instead: the message without the offset}
     */
    public String rule() {
        return rule;
    }
}

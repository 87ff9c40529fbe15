package io.kexec4j.purgatory;

import java.nio.ByteBuffer;

/**
 * A purgatory that has been linked at its address, with its parameters: a segment's content.
 *
 * <p>Immutable.
 */
public final class LinkedPurgatory {
    private final long address;
    private final long entry;
    private final long memorySize;
    private final ByteBuffer content;

    /** The content is not copied. */
    LinkedPurgatory(long address, long entry, long memorySize, byte[] content) {
        this.address = address;
        this.entry = entry;
        this.memorySize = memorySize;
        this.content = ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /**
     * {@return the physical address that it must be loaded to, unsigned}
     */
    public long address() {
        return address;
    }

    /**
     * {@return the physical address of its first instruction, unsigned: the entry point of an image that starts with it}
     */
    public long entry() {
        return entry;
    }

    /**
     * {@return its size in memory in bytes, at least that of the content; the bytes after the content must be zero}
     */
    public long memorySize() {
        return memorySize;
    }

    /**
     * {@return the bytes to load, as a read-only buffer with a position of its own}
     */
    public ByteBuffer content() {
        return content.duplicate();
    }

    /** {@return address and entry, for messages} */
    @Override
    public String toString() {
        return "purgatory of 0x%x bytes at 0x%x, entry 0x%x".formatted(memorySize, address, entry);
    }
}

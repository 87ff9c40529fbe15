package io.kexec4j.elf;

import java.nio.ByteBuffer;

/**
 * A note: a small piece of information with an owner, such as a build id or the registers of a processor.
 *
 * @param name who defined the note, such as "GNU", without the NUL at its end
 * @param type what it means to its owner
 * @param desc the content, read-only, in the byte order of the file
 * @see <a href="https://gabi.xinuos.com/elf/07-pheader.html#note-section">gABI chapter 7, Note Section</a>
 */
public record Note(String name, int type, ByteBuffer desc) {

    /**
     * Creates a note over the remaining bytes of {@code desc}, which are not copied.
     *
     * @param name who defined the note
     * @param type what it means to its owner
     * @param desc the content
     */
    public Note {
        desc = desc.slice().asReadOnlyBuffer().order(desc.order());
    }

    /**
     * {@return the content: a new read-only buffer at position 0, in the byte order of the file}
     */
    @Override
    public ByteBuffer desc() {
        return desc.duplicate().order(desc.order());
    }
}

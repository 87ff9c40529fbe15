package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * ELF boot notes, in which coreboot, Etherboot and kexec-tools tell an ELF program what its boot loader and its command line
 * are (E. Biederman, "ELF Boot Proposal"): a header {@code u32 signature, u32 size, u16 checksum, u16 records}, then notes
 * without a name. They lie in a segment behind a stack for 32-bit programs.
 *
 * <p>A 32-bit program finds the signature in eax, the address of the header in ebx, and the same address as the first argument of
 * a C function on its stack; a 64-bit program finds it in rdi.
 */
final class ElfBootNotes {
    /** ELF_BHDR_MAGIC. */
    static final long SIGNATURE = 0x0e1f_b007L;

    /** From the start of the segment to the stack pointer, where a return address of 0 lies and then the argument. */
    static final int STACK_SIZE = 4096;

    private static final int NOTES_OFFSET = STACK_SIZE + 16;
    private static final int HEADER_SIZE = 12;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int NOTE_HEADER_SIZE = 12;
    private static final int EBN_BOOTLOADER_NAME = 2;
    private static final int EBN_COMMAND_LINE = 4;

    private final byte[] loader = "kexec4j\0".getBytes(StandardCharsets.US_ASCII);
    private final byte[] commandLine;

    ElfBootNotes(String commandLine) {
        this.commandLine = (commandLine + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** The size of the segment in bytes. */
    long size() {
        return (long) NOTES_OFFSET + notesSize();
    }

    /** The physical address of the notes in a segment at an address. */
    static long address(long segment) {
        return segment + NOTES_OFFSET;
    }

    /** The content of a segment at an address. */
    Content at(long segment) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(STACK_SIZE + Integer.BYTES, (int) address(segment));
        ByteBuffer notes = bytes.position(NOTES_OFFSET).slice().order(ByteOrder.LITTLE_ENDIAN);
        notes.putInt((int) SIGNATURE).putInt(notesSize()).putShort((short) 0).putShort((short) 2);
        note(notes, EBN_BOOTLOADER_NAME, loader);
        note(notes, EBN_COMMAND_LINE, commandLine);
        notes.putShort(CHECKSUM_OFFSET, checksum(notes));
        return Content.of(bytes.rewind());
    }

    private int notesSize() {
        return HEADER_SIZE + noteSize(loader) + noteSize(commandLine);
    }

    private static int noteSize(byte[] content) {
        return NOTE_HEADER_SIZE + (content.length + Integer.BYTES - 1 & -Integer.BYTES);
    }

    private static void note(ByteBuffer out, int type, byte[] content) {
        int end = out.position() + noteSize(content);
        out.putInt(0).putInt(content.length).putInt(type).put(content).position(end);
    }

    /** That of the Internet protocol (RFC 1071), over all of the notes with 0 in its place. */
    private static short checksum(ByteBuffer notes) {
        int sum = 0;
        for (int i = 0; i < notes.limit(); i += Short.BYTES) {
            sum += Short.toUnsignedInt(notes.getShort(i));
            sum = (sum & 0xffff) + (sum >>> Short.SIZE);
        }
        return (short) ~sum;
    }
}

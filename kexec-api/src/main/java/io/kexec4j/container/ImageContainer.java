package io.kexec4j.container;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.KexecImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * An image as one ELF file, see the package's documentation for the format. What is read equals what was written, with role,
 * reason, flags and remarks.
 *
 * <p>Content is never copied to the heap: it is written from where it lies, and what is read refers to the container's file.
 */
public final class ImageContainer {
    /** What errors call it. */
    static final String FORMAT = "kexec4j container";

    /** In this many bytes the headers and notes must lie. */
    static final int MAX_HEAD = 1 << 20;

    private ImageContainer() {}

    /**
     * Writes an image to a new file. If that fails, there is no file.
     *
     * @param image the image
     * @param file where to; it must not exist
     * @throws java.nio.file.FileAlreadyExistsException if it exists
     * @throws MalformedInputException if a file behind the image has shrunk
     * @throws IOException if something cannot be read or written
     * @throws IllegalArgumentException if the reasons and remarks are no Unicode text, or too long for 1 MiB together
     */
    public static void write(KexecImage image, Path file) throws IOException {
        try (NewFile created = NewFile.create(file)) {
            write(image, created.channel());
            created.keep();
        }
    }

    /**
     * Writes an image to a channel, from the channel's position on.
     *
     * @param image the image
     * @param out where to, in blocking mode; it stays open
     * @throws MalformedInputException if a file behind the image has shrunk
     * @throws IOException if something cannot be read or written; part of the image may have been written then
     * @throws IllegalArgumentException if the reasons and remarks are no Unicode text, or too long for 1 MiB together
     */
    public static void write(KexecImage image, WritableByteChannel out) throws IOException {
        ElfLayout layout = ContainerHead.of(image);
        long at = Streams.copy(layout.head(), out);
        for (int i = 0; i < image.segments().size(); i++) {
            ProgramHeader header = layout.programHeaders().get(1 + i);
            at += Streams.zeroes(header.offset() - at, out);
            at += Streams.copy(image.segments().get(i).content(), out);
        }
    }

    /**
     * Reads an image and verifies the digest of every segment, for which all of the file is read once.
     *
     * @param container a container; the image refers to its bytes
     * @return the image
     * @throws MalformedInputException if it is no container, if this version of the SDK does not know all that it says, or if
     *     a digest is not that of the content; the message names the segment
     * @throws IOException if it cannot be read
     */
    public static KexecImage read(Content container) throws IOException {
        return read(container, Progress.NONE);
    }

    /**
     * Reads an image as {@link #read(Content)} does, and tells how far that has come.
     *
     * @param container a container; the image refers to its bytes
     * @param progress hears how much of the file has been verified
     * @return the image
     * @throws MalformedInputException if it is no container, if this version of the SDK does not know all that it says, or if
     *     a digest is not that of the content; the message names the segment
     * @throws IOException if it cannot be read
     */
    public static KexecImage read(Content container, Progress progress) throws IOException {
        return new ContainerReader(container).readVerified(progress);
    }

    /**
     * Reads an image without a look at the content. What the digests in the container say is not used: whoever asks an image
     * for a digest gets that of the content.
     *
     * @param container a container; the image refers to its bytes
     * @return the image
     * @throws MalformedInputException if it is no container, or if this version of the SDK does not know all that it says
     * @throws IOException if it cannot be read
     */
    public static KexecImage readUnverified(Content container) throws IOException {
        return new ContainerReader(container).read().image();
    }

    /**
     * {@return whether a file is a container, perhaps a damaged one, or one of another version: an ELF file whose first note
     *     is that of an image}
     *
     * @param file any file
     * @throws IOException if it has shrunk
     */
    public static boolean isContainer(Content file) throws IOException {
        byte[] head = file.copy(0, (int) Math.min(MAX_HEAD, file.size()));
        try {
            List<Note> notes = ElfFile.parse(ByteBuffer.wrap(head)).notes();
            return !notes.isEmpty() && ContainerNote.IMAGE.matches(notes.get(0));
        } catch (ElfFormatException e) {
            return false;
        }
    }
}

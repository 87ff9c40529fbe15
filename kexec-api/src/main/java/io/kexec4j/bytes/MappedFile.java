package io.kexec4j.bytes;

import io.kexec4j.error.MalformedInputException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessMode;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file that is mapped. It stays open as long as anything refers to it, so that its length is that of what is mapped, whatever
 * its name stands for by now; the JVM closes it afterwards. Not by a {@link FileChannel}, which an interrupted reader would
 * close for all.
 */
final class MappedFile {
    private static final int ATTEMPTS = 4;

    private final Path path;
    private final long size;
    private final RandomAccessFile file;
    private final Identity identity;

    /**
     * What tells one file from another, and from itself after a change.
     *
     * @param key the device and the inode, where files have that
     * @param size in bytes
     * @param modified when it was last written to, as its owner has it
     * @param changed when it was last changed, as the kernel has it, where file systems have that
     */
    private record Identity(
            Optional<Object> key, Optional<Object> size, Optional<Object> modified, Optional<Object> changed) {
        static Identity of(Path path) throws IOException {
            boolean unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
            Map<String, Object> facts =
                    Files.readAttributes(path, (unix ? "unix:ctime," : "") + "fileKey,size,lastModifiedTime");
            return new Identity(
                    Optional.ofNullable(facts.get("fileKey")),
                    Optional.ofNullable(facts.get("size")),
                    Optional.ofNullable(facts.get("lastModifiedTime")),
                    Optional.ofNullable(facts.get("ctime")));
        }
    }

    /** How a file is opened. */
    interface Opening {
        RandomAccessFile open(File file) throws IOException;
    }

    private MappedFile(Path path, RandomAccessFile file, Identity identity) throws IOException {
        this.path = path;
        this.size = file.length();
        this.file = file;
        this.identity = identity;
    }

    static MappedFile open(Path path) throws IOException {
        return open(path, file -> new RandomAccessFile(file, "r"));
    }

    static MappedFile open(Path path, Opening opening) throws IOException {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IOException("%s is not in a file system of this machine, so it cannot be mapped".formatted(path));
        }
        // Its exceptions say more than those of RandomAccessFile.
        path.getFileSystem().provider().checkAccess(path, AccessMode.READ);
        Identity before = Identity.of(path);
        MappedFile opened = new MappedFile(path, opening.open(path.toFile()), before);
        // Java cannot look at the file that it has opened: it is the one by that name if the name stood for one all the
        // time.
        if (!Identity.of(path).equals(before)) {
            opened.file.close();
            throw new MalformedInputException(
                    path.toString(),
                    0,
                    "the file must stay as it is while it is opened, but it has been replaced or written to");
        }
        return opened;
    }

    /** Whether a path stands for this file now, and nobody has written to it. */
    void verifySame(Path other) throws IOException {
        long now = Files.size(other);
        if (now != size) {
            throw new MalformedInputException(
                    path.toString(),
                    Math.min(now, size),
                    "the file had %d bytes when it was mapped and must keep them; now it has %d".formatted(size, now));
        }
        if (!Identity.of(other).equals(identity)) {
            throw new MalformedInputException(
                    path.toString(), 0, "the file must stay as it is, but it has been replaced or written to");
        }
    }

    Path path() {
        return path;
    }

    /** As it was when it was opened. */
    long size() {
        return size;
    }

    /** All of it, in buffers of {@link Content#LARGEST_SLICE} bytes at most. */
    List<ByteBuffer> map() throws IOException {
        List<ByteBuffer> slices = new ArrayList<>();
        for (long offset = 0; offset < size; offset += Content.LARGEST_SLICE) {
            slices.add(file.getChannel()
                    .map(FileChannel.MapMode.READ_ONLY, offset, Math.min(Content.LARGEST_SLICE, size - offset)));
        }
        return List.copyOf(slices);
    }

    void verifyNotShrunk() throws IOException {
        long now = file.length();
        if (now < size) {
            awaitErrors();
            throw shrunk(now);
        }
    }

    /** What a read behind the end means, which is an InternalError in Java ({@link java.nio.MappedByteBuffer}). */
    MalformedInputException unreadable(InternalError error) {
        awaitErrors();
        MalformedInputException shrunk = shrunk(size);
        shrunk.initCause(error);
        return shrunk;
    }

    private MalformedInputException shrunk(long now) {
        return new MalformedInputException(
                path.toString(), now, "the file had %d bytes when it was mapped and must keep them".formatted(size));
    }

    /**
     * The JVM throws the error of a read some time later, when it next looks whether there is one: let it do so here, where it
     * is expected, and not in a caller. It looks when an exception is thrown, for one.
     */
    private static void awaitErrors() {
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                throw new IllegalStateException("nothing is wrong");
            } catch (IllegalStateException | InternalError awaited) {
                // That was it, or there was none.
            }
        }
    }
}

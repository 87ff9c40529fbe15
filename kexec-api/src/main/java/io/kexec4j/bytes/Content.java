package io.kexec4j.bytes;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Read-only bytes: a file, a part of one, or bytes that were made. Files are mapped, so a large initrd costs address space
 * but no heap. The digest is computed when it is first asked for and kept, so images that share a {@code Content} share the
 * work. Thread-safe.
 *
 * <p>A mapped file must not change while it is in use. A file that shrinks is noticed and reported; one that is overwritten
 * in place changes the content.
 */
public final class Content {
    /** Nothing, for memory that is zero throughout. */
    public static final Content EMPTY = new Content(List.of(), 0, List.of(), Optional.empty());

    /** The most bytes in one of the {@link #slices} of a mapped file: what a buffer can hold, in whole pages of every size. */
    public static final long LARGEST_SLICE = (1L << 31) - (1 << 16);

    private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private final List<ByteBuffer> slices;
    private final long size;
    private final List<MappedFile> files;
    private final Optional<Path> wholeFile;
    private volatile @Nullable Sha256 digest;
    private final Object digestLock = new Object();

    private Content(List<ByteBuffer> slices, long size, List<MappedFile> files, Optional<Path> wholeFile) {
        this.slices = slices;
        this.size = size;
        this.files = files;
        this.wholeFile = wholeFile;
    }

    /**
     * Takes bytes.
     *
     * @param bytes the bytes; copied
     * @return the same as content
     */
    public static Content of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes.clone()));
    }

    /**
     * Takes bytes without copying them.
     *
     * @param bytes all that remain; they must not change any more
     * @return the same as content
     */
    public static Content of(ByteBuffer bytes) {
        return bytes.hasRemaining()
                ? new Content(List.of(bytes.slice().asReadOnlyBuffer()), bytes.remaining(), List.of(), Optional.empty())
                : EMPTY;
    }

    /**
     * Makes zeroes, which cost next to no memory: many times the same few.
     *
     * @param size how many, not negative
     * @return that many bytes of 0
     * @throws IllegalArgumentException if there are more than {@link #LARGEST_SLICE}; leave a segment's tail to its range instead
     */
    public static Content zeroes(long size) {
        if (size < 0 || size > LARGEST_SLICE) {
            throw new IllegalArgumentException("zeroes must be 0 to %d bytes, not %d".formatted(LARGEST_SLICE, size));
        }
        List<ByteBuffer> slices = new ArrayList<>();
        for (long left = size; left > 0; left -= ZEROES.capacity()) {
            slices.add(ZEROES.slice(0, (int) Math.min(left, ZEROES.capacity())));
        }
        return new Content(List.copyOf(slices), size, List.of(), Optional.empty());
    }

    /**
     * Puts contents one behind the other, without copying them.
     *
     * @param parts what to join, in order; none gives nothing
     * @return all their bytes
     * @throws ArithmeticException if they have 2<sup>63</sup> bytes or more
     */
    public static Content concat(List<Content> parts) {
        List<Content> some = parts.stream().filter(part -> part.size > 0).toList();
        if (some.size() <= 1) {
            return some.isEmpty() ? EMPTY : some.get(0);
        }
        return new Content(
                some.stream().flatMap(part -> part.slices.stream()).toList(),
                some.stream().mapToLong(Content::size).reduce(0, Math::addExact),
                some.stream().flatMap(part -> part.files.stream()).distinct().toList(),
                Optional.empty());
    }

    /**
     * Maps a file.
     *
     * @param path a regular file that is not empty
     * @return its content
     * @throws MalformedInputException if it is empty or no regular file
     * @throws IOException if it cannot be read
     */
    public static Content ofFile(Path path) throws IOException {
        // Before it is opened: to open a pipe means to wait for somebody who writes to it.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new MalformedInputException(
                    path.toString(),
                    0,
                    Files.isDirectory(path) ? "a file is needed, not a directory" : "a regular file is needed");
        }
        MappedFile file = MappedFile.open(path);
        if (file.size() == 0) {
            throw new MalformedInputException(path.toString(), 0, "the file must not be empty");
        }
        return new Content(file.map(), file.size(), List.of(file), Optional.of(path));
    }

    /**
     * {@return the number of bytes}
     */
    public long size() {
        return size;
    }

    /**
     * {@return the bytes, in order, as read-only buffers; each call gives new ones, of less than 2 GiB each}
     */
    public List<ByteBuffer> slices() {
        return slices.stream().map(ByteBuffer::duplicate).toList();
    }

    /**
     * Takes a part, without copying it.
     *
     * @param offset where it begins
     * @param length its size in bytes
     * @return the part
     * @throws IndexOutOfBoundsException if it does not lie within the content
     */
    public Content slice(long offset, long length) {
        Objects.checkFromIndexSize(offset, length, size);
        if (length == size) {
            return this;
        }
        List<ByteBuffer> part = new ArrayList<>();
        long start = 0;
        for (ByteBuffer whole : slices) {
            long from = Math.max(offset, start) - start;
            long to = Math.min(offset + length, start + whole.limit()) - start;
            if (from < to) {
                part.add(whole.slice((int) from, (int) (to - from)));
            }
            start += whole.limit();
        }
        return new Content(List.copyOf(part), length, files, Optional.empty());
    }

    /**
     * {@return the file of which this is every byte, and nothing but a file; empty for a part of one and for bytes that were
     * made}
     */
    public Optional<Path> wholeFile() {
        return wholeFile;
    }

    /**
     * Checks that this is still every byte of a file which somebody else shall read by its name.
     *
     * @param path where that file is now
     * @throws MalformedInputException if this is no whole file, if another one is there by now, or if this one has been written to
     *     since it was mapped
     * @throws IOException if it cannot be looked at
     */
    public void verifyStillAt(Path path) throws IOException {
        if (wholeFile.isEmpty()) {
            throw new MalformedInputException(path.toString(), 0, "the content must be that of a whole file");
        }
        files.get(0).verifySame(path);
    }

    /**
     * Views the beginning, for a parser.
     *
     * @param format what the bytes are read as, for the messages of errors
     * @param order the byte order of every value
     * @param limit the most bytes that the parser will look at; they are copied to the heap, so that a file that shrinks
     *     meanwhile cannot hurt
     * @return a view of the first {@code limit} bytes, or of all if there are fewer
     * @throws IOException if the file has shrunk
     */
    public ByteView head(String format, ByteOrder order, int limit) throws IOException {
        return ByteView.of(format, ByteBuffer.wrap(copy(0, (int) Math.min(limit, size))), order);
    }

    /**
     * Copies a part to the heap.
     *
     * @param offset where it begins
     * @param length its size in bytes
     * @return the bytes
     * @throws IndexOutOfBoundsException if the part does not lie within the content
     * @throws IOException if the file has shrunk
     */
    public byte[] copy(long offset, int length) throws IOException {
        return slice(offset, length).read(parts -> {
            byte[] bytes = new byte[length];
            int done = 0;
            for (ByteBuffer part : parts) {
                part.get(0, bytes, done, part.limit());
                done += part.limit();
            }
            return bytes;
        });
    }

    /**
     * Something that reads the bytes of content.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Reads the bytes.
         *
         * @param slices as {@link Content#slices}
         * @return what comes of it
         * @throws IOException if it cannot do with them what it wants to
         */
        T read(List<ByteBuffer> slices) throws IOException;
    }

    /**
     * Lets something read the bytes, and tells what it means if it fails because a file has shrunk meanwhile: by itself, that is an
     * {@link InternalError} of the JVM, some error of a system call, or nothing at all.
     *
     * @param <T> what comes of it
     * @param reader reads all the bytes, or some
     * @return what comes of it
     * @throws MalformedInputException if a file has shrunk
     * @throws IOException if the reader throws it
     */
    public <T> T read(Reader<T> reader) throws IOException {
        try {
            return readUnlessShrunk(reader);
        } catch (InternalError e) {
            // The JVM may throw it late: while the size is asked for, after the read that it is about.
            throw unreadable(e);
        }
    }

    private <T> T readUnlessShrunk(Reader<T> reader) throws IOException {
        verifyNotShrunk();
        try {
            T result = reader.read(slices());
            verifyNotShrunk();
            return result;
        } catch (IOException e) {
            verifyNotShrunk();
            throw e;
        }
    }

    /**
     * {@return the SHA-256 digest of all bytes; computed once, also if several threads ask for it}
     *
     * @throws IOException if the file has shrunk
     * @see Digests#of
     */
    public Sha256 sha256() throws IOException {
        return sha256(count -> {});
    }

    /** Tells how many bytes more are done, if there is anything to do. */
    Sha256 sha256(LongConsumer counter) throws IOException {
        Sha256 known = digest;
        if (known != null) {
            return known;
        }
        synchronized (digestLock) {
            known = digest;
            if (known == null) {
                known = read(bytes -> Sha256.of(bytes, counter));
                digest = known;
            }
            return known;
        }
    }

    /** Whether {@link #sha256} returns at once. */
    boolean isDigestKnown() {
        return digest != null;
    }

    /**
     * Checks that the files behind this content still have all their bytes. Bytes that were made always have.
     *
     * @throws MalformedInputException if a file has shrunk
     * @throws IOException if one cannot be looked at
     */
    public void verifyNotShrunk() throws IOException {
        for (MappedFile file : files) {
            file.verifyNotShrunk();
        }
    }

    /** Which of several files it was is not told; the first stands for all. */
    private IOException unreadable(InternalError error) {
        return files.stream()
                .findFirst()
                .<IOException>map(file -> file.unreadable(error))
                .orElseThrow(() -> error);
    }

    /**
     * {@return whether the other is content with the same bytes, wherever they come from}
     *
     * @param other anything
     * @throws UncheckedIOException if a file has shrunk
     */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Content that) || size != that.size) {
            return false;
        }
        try {
            return read(mine -> that.read(theirs -> sameBytes(that)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean sameBytes(Content that) {
        long offset = 0;
        for (ByteBuffer mine : slices) {
            ByteBuffer left = mine.duplicate();
            for (ByteBuffer theirs : that.slice(offset, mine.limit()).slices) {
                left.limit(left.position() + theirs.limit());
                if (!left.equals(theirs)) {
                    return false;
                }
                left.position(left.limit());
            }
            offset += mine.limit();
        }
        return true;
    }

    /** Of the size only: content can be too large to look at for this. */
    @Override
    public int hashCode() {
        return Long.hashCode(size);
    }

    @Override
    public String toString() {
        return files.stream().map(file -> file.path() + ", ").collect(Collectors.joining()) + size + " bytes";
    }
}

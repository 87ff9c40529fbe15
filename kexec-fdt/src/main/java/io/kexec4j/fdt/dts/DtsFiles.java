package io.kexec4j.fdt.dts;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The files that a source names. The parser opens none by itself: what a text may read is the caller's decision.
 *
 * <pre>{@code
 * DtsFiles files = new DtsFiles() {
 *     public String text(String name) throws IOException {
 *         return Files.readString(boards.resolve(name));
 *     }
 *
 *     public ByteBuffer bytes(String name) throws IOException {
 *         return ByteBuffer.wrap(Files.readAllBytes(boards.resolve(name)));
 *     }
 * };
 * }</pre>
 */
public interface DtsFiles {
    /** No files: an {@code /include/} or {@code /incbin/} is an error. */
    DtsFiles NONE = new DtsFiles() {
        @Override
        public String text(String name) throws IOException {
            throw new IOException("no files can be included here");
        }

        @Override
        public ByteBuffer bytes(String name) throws IOException {
            throw new IOException("no files can be included here");
        }
    };

    /**
     * {@return the name by which a file is opened, shown in errors, and said to be the one that further names stand in}
     *
     * <p>By default it is the name as it stands in the source. Who looks for files in several directories returns a path here:
     * two files of the same name in different directories stay apart then. Line directives, which change what errors call a
     * file, change nothing here.
     *
     * @param name the name, as it stands in the source; it has no NUL in it
     * @param from the file that it stands in: the name given to the parser, or what this method returned
     * @throws IOException if there is no such file, or if it must not be read
     */
    default String resolve(String name, String from) throws IOException {
        return name;
    }

    /**
     * {@return the text of a source file, for {@code /include/ "name"}}
     *
     * @param name what {@link #resolve} returned
     * @throws IOException if there is no such file, or if it must not be read
     */
    String text(String name) throws IOException;

    /**
     * {@return the bytes of a file from the buffer's position to its limit, for {@code /incbin/("name")}}
     *
     * @param name what {@link #resolve} returned
     * @throws IOException if there is no such file, or if it must not be read
     */
    ByteBuffer bytes(String name) throws IOException;
}

package io.kexec4j.fdt.dts;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The files that a source names. The parser opens none by itself: what a text may read is the caller's decision.
 *
 * <pre>{@code
 * DtsFiles files = new DtsFiles() {
 *     public String text(String name, String from) throws IOException {
 *         return Files.readString(boards.resolve(name));
 *     }
 *
 *     public ByteBuffer bytes(String name, String from) throws IOException {
 *         return ByteBuffer.wrap(Files.readAllBytes(boards.resolve(name)));
 *     }
 * };
 * }</pre>
 */
public interface DtsFiles {
    /** No files: an {@code /include/} or {@code /incbin/} is an error. */
    DtsFiles NONE = new DtsFiles() {
        @Override
        public String text(String name, String from) throws IOException {
            throw new IOException("no files can be included here");
        }

        @Override
        public ByteBuffer bytes(String name, String from) throws IOException {
            throw new IOException("no files can be included here");
        }
    };

    /**
     * {@return the text of a source file, for {@code /include/ "name"}}
     *
     * @param name the name, as it stands in the source
     * @param from the name of the file that it stands in
     * @throws IOException if there is no such file, or if it must not be read
     */
    String text(String name, String from) throws IOException;

    /**
     * {@return the bytes of a file from the buffer's position to its limit, for {@code /incbin/("name")}}
     *
     * @param name the name, as it stands in the source
     * @param from the name of the file that it stands in
     * @throws IOException if there is no such file, or if it must not be read
     */
    ByteBuffer bytes(String name, String from) throws IOException;
}

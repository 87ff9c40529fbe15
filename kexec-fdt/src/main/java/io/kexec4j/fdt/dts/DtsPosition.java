package io.kexec4j.fdt.dts;

import java.util.Objects;

/**
 * A place in a source text.
 *
 * @param file the name of the file: as the caller, an {@code /include/} or a line directive of the C preprocessor gave it
 * @param line the line, the first being 1
 * @param column the character of the line, the first being 1
 */
public record DtsPosition(String file, int line, int column) {
    /**
     * Creates a position.
     *
     * @param file the name of the file
     * @param line the line, from 1
     * @param column the character of the line, from 1
     */
    public DtsPosition {
        Objects.requireNonNull(file);
    }

    @Override
    public String toString() {
        return file + ':' + line + ':' + column;
    }
}

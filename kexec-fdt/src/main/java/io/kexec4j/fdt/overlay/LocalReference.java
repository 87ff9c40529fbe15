package io.kexec4j.fdt.overlay;

import java.util.Objects;

/**
 * A place of an overlay that holds the phandle of a node of the same overlay. Since the phandles of an overlay are numbered
 * anew when it is applied, these places must be known.
 *
 * @param path the path of the node in the overlay, such as /fragment@0/__overlay__
 * @param property the name of its property
 * @param offset where in the value the 4 bytes of the phandle begin, in bytes, at least 0; need not be a multiple of 4
 */
public record LocalReference(String path, String property, int offset) {
    /**
     * Creates a reference.
     *
     * @param path the path of the node in the overlay
     * @param property the name of its property
     * @param offset where in the value, in bytes
     * @throws IllegalArgumentException if the offset is negative
     */
    public LocalReference {
        Objects.requireNonNull(path);
        Objects.requireNonNull(property);
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative: " + offset);
        }
    }
}

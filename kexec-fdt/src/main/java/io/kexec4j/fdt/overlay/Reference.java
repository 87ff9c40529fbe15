package io.kexec4j.fdt.overlay;

import java.util.Objects;

/**
 * A place of an overlay where the phandle of a node of the base belongs, which the overlay knows by a label: what dtc makes of
 * {@code &label} where it cannot see the label. The place holds 0xffffffff until the overlay is applied.
 *
 * @param path the path of the node in the overlay, such as /fragment@0/__overlay__
 * @param property the name of its property
 * @param offset where in the value the 4 bytes of the phandle begin, in bytes, at least 0; need not be a multiple of 4
 * @param label the label, a name in /__symbols__ of the base
 */
public record Reference(String path, String property, int offset, String label) {
    /**
     * Creates a reference.
     *
     * @param path the path of the node in the overlay
     * @param property the name of its property
     * @param offset where in the value, in bytes
     * @param label the label
     * @throws IllegalArgumentException if the offset is negative
     */
    public Reference {
        Objects.requireNonNull(path);
        Objects.requireNonNull(property);
        Objects.requireNonNull(label);
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative: " + offset);
        }
    }

    /** Returns the reference as dtc's error messages would, {@code /fragment@0:target:0 -> label}. */
    @Override
    public String toString() {
        return path + ':' + property + ':' + offset + " -> " + label;
    }
}

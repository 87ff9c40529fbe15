package io.kexec4j.fdt.dts;

/**
 * How a tree is printed.
 *
 * @param labels whether the nodes that {@code /__symbols__} names have their labels
 * @param references whether phandles that an overlay's {@code /__fixups__} and {@code /__local_fixups__} point to are
 *     printed as <code>&amp;label</code> or <code>&amp;{/path}</code>, and these two nodes, which a compiler makes of the references, are
 *     left out. That is done only if they come back as they were; else the numbers are printed, and the nodes
 * @param lenient whether a tree is printed as well as possible that no source can express, or that no compiler would take;
 *     else it is an error
 */
public record DtsStyle(boolean labels, boolean references, boolean lenient) {
    /** A source that compiles to the same tree, with labels and references. */
    public static final DtsStyle DEFAULT = new DtsStyle(true, true, false);

    /** A source that compiles to the same tree, with nothing that the blob does not have. */
    public static final DtsStyle PLAIN = new DtsStyle(false, false, false);

    /** For people to read, whatever the tree. */
    public static final DtsStyle LENIENT = new DtsStyle(true, true, true);
}

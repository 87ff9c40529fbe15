package io.kexec4j.fdt;

/**
 * How much of a blob is read before it is refused. What is not an option: the names of all properties together, each as often
 * as it is used, are at most 64 times the size of the blob and 1 MiB, so that a small blob cannot fill the memory.
 *
 * @param maxDepth the number of nodes on the way from the root to the deepest one, the root counted: at least 1. Linux
 *     drops what is deeper than 64
 */
public record FdtLimits(int maxDepth) {
    /** 64 nodes deep, as in Linux (FDT_MAX_DEPTH). */
    public static final FdtLimits DEFAULT = new FdtLimits(64);

    /** Whatever the blob has room for. */
    public static final FdtLimits NONE = new FdtLimits(Integer.MAX_VALUE);

    /**
     * Creates limits.
     *
     * @param maxDepth the number of nodes from the root to the deepest one
     * @throws IllegalArgumentException if a limit is below 1
     */
    public FdtLimits {
        if (maxDepth < 1) {
            throw new IllegalArgumentException("a tree is at least one node deep, not " + maxDepth);
        }
    }
}

package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.LIMIT;

/**
 * How long the names of all properties are together. Each property costs a blob 12 bytes, but its name may be as long as the
 * strings block, and another may begin at each byte of it; whoever copies the names of such a blob would need memory
 * without end.
 */
final class NameBudget {
    private static final int MOST_PER_BYTE = 64;

    /** What any blob may have, so that no reasonable one is too small for its names. */
    private static final int FREE = 1 << 20;

    private final Blob blob;
    private final int stringsOffset;

    /** For each offset in the strings block the length of the name plus 1, once it has been asked for. */
    private final int[] lengths;

    private long left;

    NameBudget(Blob blob, FdtHeader header) {
        this.blob = blob;
        this.stringsOffset = header.stringsOffset();
        this.lengths = new int[header.stringsEnd() - stringsOffset];
        this.left = (long) header.totalSize() * MOST_PER_BYTE + FREE;
    }

    /** Takes the name of a property away from what is left, and returns how long it is; the name must end. */
    int spend(int name, int at) throws FdtException {
        int length = lengths[name];
        if (length == 0) {
            length = blob.length(stringsOffset + name) + 1;
            lengths[name] = length;
        }
        left -= length;
        Checks.verify(left >= 0, LIMIT, at + 8, "the names of all properties are at most 64 times the blob");
        return length - 1;
    }
}

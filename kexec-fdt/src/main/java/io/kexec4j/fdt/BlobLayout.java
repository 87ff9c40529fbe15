package io.kexec4j.fdt;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a tree looks like as a blob, before it is written: its {@linkplain #size() size} is known, and the buffer may be the
 * caller's. The blocks stand in dtc's order: reservations, structure, strings. All padding is zero, NOPs of the blob that the
 * tree came from are gone, and names of properties share what they can, so that the same tree always gives the same bytes.
 *
 * <p>A layout is of the tree as it was; if the tree changes, it can no longer be written, and another must be made.
 */
public final class BlobLayout {
    /** The size of the largest array that every virtual machine makes. */
    static final int LARGEST = Integer.MAX_VALUE - 8;

    private final EditableTree tree;
    private final long changes;
    private final BlobOptions options;
    private final StringsBlock strings = new StringsBlock();

    /** The number of the name of each property, in tree order; at first there is room for those of a usual tree. */
    private final IntList nameNumbers = new IntList(8192);

    /** For the blob that most properties are in: the number of the name at each offset, plus 1. */
    private @Nullable BlobProperties numbered;

    private int[] numbers = new int[0];

    private final int structureOffset;
    private final int structureSize;
    private final int size;

    private BlobLayout(EditableTree tree, BlobOptions options) {
        this.tree = tree;
        this.changes = tree.indexes().changes();
        this.options = options;
        long slots = tree.reservations().size() + 1L + options.reservationSlots();
        long structure = reservationsOffset() + slots * 2 * Long.BYTES;
        long structureLength = measure();
        long used = structure + structureLength + strings.size();
        long padded = Math.max(used + options.padding(), options.minimumSize());
        long aligned = (padded + options.alignment() - 1) & -options.alignment();
        if (aligned > LARGEST) {
            throw new IllegalArgumentException("a blob has at most " + LARGEST + " bytes, not " + aligned);
        }
        this.structureOffset = (int) structure;
        this.structureSize = (int) structureLength;
        this.size = (int) aligned;
    }

    /**
     * {@return the layout of a tree as it is now}
     *
     * @param tree the tree
     * @param options the version, and room for later growth
     * @throws IllegalArgumentException if the blob would have 2 GiB or almost as much
     */
    public static BlobLayout of(EditableTree tree, BlobOptions options) {
        return new BlobLayout(tree, options);
    }

    /**
     * {@return the size of the blob in bytes}
     */
    public int size() {
        return size;
    }

    /**
     * {@return the blob, in a buffer of exactly its size}
     *
     * @throws IllegalStateException if the tree has changed since
     */
    public ByteBuffer write() {
        if (changes != tree.indexes().changes()) {
            throw new IllegalStateException("the tree has changed since its layout was made");
        }
        return ByteBuffer.wrap(new BlobWriter(size).write(this));
    }

    /**
     * Writes the blob.
     *
     * @param target a buffer with at least {@link #size()} bytes between its position, which moves behind the blob, and its
     *     limit
     * @throws java.nio.BufferOverflowException if it has not; nothing is written then
     * @throws IllegalStateException if the tree has changed since
     */
    public void writeTo(ByteBuffer target) {
        target.put(write());
    }

    /** Behind the header: that of version 16 ends 4 bytes earlier, but reservations begin at a multiple of 8. */
    static int reservationsOffset() {
        return FdtHeader.SIZE;
    }

    /** The size of the structure block, for which all names are put into the strings block. */
    private long measure() {
        long length = Token.SIZE;
        EditableNode root = tree.root();
        for (EditableNode node = root; node != null; node = Preorder.next(node, root)) {
            length += 2 * Token.SIZE + padded(node.name.length() + 1L);
            PropertyList properties = node.propertyList();
            BlobProperties copied = properties.blob();
            if (copied != null) {
                length += measure(copied, properties.node());
            } else {
                for (PropertyEntry entry = properties.first(); entry != null; entry = entry.next) {
                    nameNumbers.add(strings.number(entry.name));
                    length += Token.PROP_HEADER + padded(entry.value.size());
                }
            }
        }
        strings.layOut();
        return length;
    }

    /** The size of the properties that a node has in a blob. */
    private long measure(BlobProperties blob, int node) {
        Structure structure = blob.structure();
        long length = 0;
        for (int at = structure.firstProperty(node); at >= 0; at = structure.nextProperty(at)) {
            nameNumbers.add(number(blob, at));
            length += Token.PROP_HEADER + padded(structure.valueLength(at));
        }
        return length;
    }

    /** The number of a name; properties of one name mostly have it at one place of their blob. */
    private int number(BlobProperties blob, int property) {
        if (numbered == null) {
            numbered = blob;
            numbers = new int[blob.namesSize()];
        }
        if (blob != numbered) {
            return strings.number(blob.name(property));
        }
        int offset = blob.nameOffset(property);
        if (numbers[offset] == 0) {
            numbers[offset] = strings.number(blob.name(property)) + 1;
        }
        return numbers[offset] - 1;
    }

    private static long padded(long length) {
        return length + 3 & -4L;
    }

    EditableTree tree() {
        return tree;
    }

    BlobOptions options() {
        return options;
    }

    StringsBlock strings() {
        return strings;
    }

    /** The offset of the name of a property, counted in tree order. */
    int nameOffset(int property) {
        return strings.offset(nameNumbers.get(property));
    }

    int structureOffset() {
        return structureOffset;
    }

    int structureSize() {
        return structureSize;
    }
}

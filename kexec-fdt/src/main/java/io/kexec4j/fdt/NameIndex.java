package io.kexec4j.fdt;

/**
 * Finds the child of a node by its name, in a blob: a hash table of node numbers, without an object a node. Of several nodes
 * of one name the first is found. The {@linkplain KeyedHash hash is keyed}, so that no blob makes this slow.
 */
final class NameIndex {
    /** No node: the root is nobody's child. */
    private static final int FREE = 0;

    private final Structure structure;
    private final boolean baseNames;
    private final KeyedHash hash = new KeyedHash();

    /** The hash of a name in the upper half, the node in the lower one. */
    private final long[] slots;

    /**
     * Indexes all nodes but the root.
     *
     * @param baseNames whether by the part of the name before '@', else by all of it
     */
    NameIndex(Structure structure, boolean baseNames) {
        this.structure = structure;
        this.baseNames = baseNames;
        this.slots = new long[Integer.highestOneBit(Math.max(structure.nodeCount(), 2)) * 4];
        for (int node = 1; node < structure.nodeCount(); node++) {
            add(node);
        }
    }

    /** The number of the child whose name is a part of a text, or {@link Structure#NONE}. */
    int find(int parent, String text, int start, int end) {
        int hashed = hash.of(parent, text, start, end);
        for (int slot = first(hashed); slots[slot] != FREE; slot = next(slot)) {
            int node = child(slot, hashed, parent);
            if (node != FREE && structure.blob().hasAt(structure.nameOffset(node), length(node), text, start, end)) {
                return node;
            }
        }
        return Structure.NONE;
    }

    private void add(int node) {
        int parent = structure.parent(node);
        int name = structure.nameOffset(node);
        int end = name + length(node);
        Blob blob = structure.blob();
        int hashed = hash.of(parent, blob, name, end);
        int slot = first(hashed);
        while (slots[slot] != FREE) {
            int other = child(slot, hashed, parent);
            if (other != FREE && blob.hasAt(structure.nameOffset(other), length(other), name, end - name)) {
                return;
            }
            slot = next(slot);
        }
        slots[slot] = (long) hashed << Integer.SIZE | node;
    }

    /** The node in a slot if it has a hash and a parent, else {@link #FREE}. */
    private int child(int slot, int hashed, int parent) {
        int node = (int) slots[slot];
        return (int) (slots[slot] >> Integer.SIZE) == hashed && structure.parent(node) == parent ? node : FREE;
    }

    private int first(int hashed) {
        return hashed & slots.length - 1;
    }

    private int next(int slot) {
        return first(slot + 1);
    }

    private int length(int node) {
        return baseNames ? structure.baseNameLength(node) : structure.nameLength(node);
    }
}

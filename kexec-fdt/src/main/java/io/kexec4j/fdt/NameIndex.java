package io.kexec4j.fdt;

import java.util.Arrays;

/**
 * Finds the child of a node by its name, in a blob: a hash table of node numbers, without an object a node. Of several nodes
 * of one name the first is found. The {@linkplain KeyedHash hash is keyed}, so that no blob makes this slow.
 */
final class NameIndex {
    private static final int FREE = -1;

    private final Structure structure;
    private final boolean baseNames;
    private final KeyedHash hash = new KeyedHash();
    private final int[] nodes;
    private final int[] hashes;

    /**
     * Indexes all nodes but the root.
     *
     * @param baseNames whether by the part of the name before '@', else by all of it
     */
    NameIndex(Structure structure, boolean baseNames) {
        this.structure = structure;
        this.baseNames = baseNames;
        int size = Integer.highestOneBit(Math.max(structure.nodeCount(), 2)) * 4;
        this.nodes = new int[size];
        this.hashes = new int[size];
        Arrays.fill(nodes, FREE);
        for (int node = 1; node < structure.nodeCount(); node++) {
            add(node);
        }
    }

    /** The number of the child whose name is a part of a text, or -1. */
    int find(int parent, String text, int start, int end) {
        long hashed = hash.begin(parent);
        for (int i = start; i < end; i++) {
            hashed = hash.extend(hashed, text.charAt(i));
        }
        int wanted = KeyedHash.finish(hashed);
        for (int slot = first(wanted); nodes[slot] != FREE; slot = next(slot)) {
            int node = nodes[slot];
            if (hashes[slot] == wanted && structure.parent(node) == parent && isName(node, text, start, end)) {
                return node;
            }
        }
        return FREE;
    }

    private void add(int node) {
        int parent = structure.parent(node);
        int name = structure.nameOffset(node);
        int end = name + length(node);
        long hashed = hash.begin(parent);
        for (int i = name; i < end; i++) {
            hashed = hash.extend(hashed, structure.byteAt(i));
        }
        int wanted = KeyedHash.finish(hashed);
        int slot = first(wanted);
        while (nodes[slot] != FREE) {
            if (hashes[slot] == wanted && structure.parent(nodes[slot]) == parent && isSameName(nodes[slot], node)) {
                return;
            }
            slot = next(slot);
        }
        nodes[slot] = node;
        hashes[slot] = wanted;
    }

    private int length(int node) {
        return baseNames ? structure.baseNameLength(node) : structure.nameLength(node);
    }

    private boolean isName(int node, String text, int start, int end) {
        if (length(node) != end - start) {
            return false;
        }
        int name = structure.nameOffset(node);
        for (int i = start; i < end; i++) {
            if (structure.byteAt(name + i - start) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSameName(int one, int other) {
        int length = length(one);
        if (length != length(other)) {
            return false;
        }
        int names = structure.nameOffset(other) - structure.nameOffset(one);
        for (int i = structure.nameOffset(one); i < structure.nameOffset(one) + length; i++) {
            if (structure.byteAt(i) != structure.byteAt(i + names)) {
                return false;
            }
        }
        return true;
    }

    private int first(int hashed) {
        return hashed & (nodes.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (nodes.length - 1);
    }
}

package io.kexec4j.fdt;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds the child of a node by its name, in a blob: a hash table of node numbers, without an object a node. Of several nodes
 * of one name the first is found. The hash is keyed by a random number, so that nobody can make a blob whose names collide.
 */
final class NameIndex {
    private static final int FREE = -1;

    private final Structure structure;
    private final boolean baseNames;
    private final long key = new SplittableRandom().nextLong() | 1;
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
        long hash = seed(parent);
        for (int i = start; i < end; i++) {
            hash = extend(hash, text.charAt(i));
        }
        int wanted = finish(hash);
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
        long keyed = seed(parent);
        for (int i = name; i < end; i++) {
            keyed = extend(keyed, structure.byteAt(i));
        }
        int hash = finish(keyed);
        int slot = first(hash);
        while (nodes[slot] != FREE) {
            if (hashes[slot] == hash && structure.parent(nodes[slot]) == parent && isSameName(nodes[slot], node)) {
                return;
            }
            slot = next(slot);
        }
        nodes[slot] = node;
        hashes[slot] = hash;
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

    private long seed(int parent) {
        return (parent + 1L) * key;
    }

    private long extend(long hash, int next) {
        return (hash ^ next) * key;
    }

    private static int finish(long hash) {
        return (int) (hash >>> 32);
    }

    private int first(int hash) {
        return hash & (nodes.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (nodes.length - 1);
    }
}

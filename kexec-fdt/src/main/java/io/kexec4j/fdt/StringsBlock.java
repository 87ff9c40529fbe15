package io.kexec4j.fdt;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of the properties, as dtc puts them into a strings block: each where it first occurs as the end of one that is
 * there, else behind the others. All ends of all names are in a hash table, so each name costs as much as it is long. The hash
 * {@linkplain KeyedHash is keyed}; what is written does not depend on it.
 */
final class StringsBlock {
    private static final int FREE = -1;

    /** The size of the first table: room for the names of a tree of the usual size, a power of two. */
    private static final int FEW = 1 << 14;

    private final KeyedHash hash = new KeyedHash();
    private final Map<String, Integer> offsets = new HashMap<>();
    private byte[] bytes = new byte[1024];
    private int size;
    private int[] slots = new int[FEW];
    private int[] hashes = new int[FEW];
    private int used;

    StringsBlock() {
        Arrays.fill(slots, FREE);
    }

    /** Where a name is in the block, to which it is added if need be. */
    int offset(String name) {
        Integer known = offsets.get(name);
        if (known == null) {
            known = find(name);
            offsets.put(name, known);
        }
        return known;
    }

    int size() {
        return size;
    }

    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, size);
    }

    private int find(String name) {
        byte[] wanted = Latin1.encode(name);
        long hashed = hash.begin(0);
        for (int i = wanted.length - 1; i >= 0; i--) {
            hashed = hash.extend(hashed, wanted[i]);
        }
        int found = slots[slot(KeyedHash.finish(hashed), wanted, 0)];
        return found == FREE ? append(wanted) : found;
    }

    private int append(byte[] name) {
        int start = size;
        if (name.length >= BlobLayout.LARGEST - start) {
            throw new IllegalArgumentException("the names of the properties are too long for a blob");
        }
        int end = start + name.length + 1;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(end, bytes.length * 2L), BlobLayout.LARGEST));
        }
        System.arraycopy(name, 0, bytes, start, name.length);
        size = end;
        // The empty end is a name too.
        long hashed = hash.begin(0);
        enter(KeyedHash.finish(hashed), name, name.length, end - 1);
        for (int i = name.length - 1; i >= 0; i--) {
            hashed = hash.extend(hashed, name[i]);
            enter(KeyedHash.finish(hashed), name, i, start + i);
        }
        return start;
    }

    /** Enters the end of a name, unless one of the same bytes is there. */
    private void enter(int hash, byte[] name, int from, int offset) {
        int slot = slot(hash, name, from);
        if (slots[slot] == FREE) {
            slots[slot] = offset;
            hashes[slot] = hash;
            used++;
            if (used > slots.length / 2) {
                grow();
            }
        }
    }

    /** Where the end of a name is in the table, or the free slot where it belongs. */
    private int slot(int hash, byte[] name, int from) {
        int slot = hash & (slots.length - 1);
        while (slots[slot] != FREE && (hashes[slot] != hash || !isName(slots[slot], name, from))) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isName(int offset, byte[] name, int from) {
        int end = offset + name.length - from;
        return end < size && bytes[end] == 0 && Arrays.equals(bytes, offset, end, name, from, name.length);
    }

    private void grow() {
        int[] oldSlots = slots;
        int[] oldHashes = hashes;
        slots = new int[oldSlots.length * 4];
        hashes = new int[slots.length];
        Arrays.fill(slots, FREE);
        for (int i = 0; i < oldSlots.length; i++) {
            if (oldSlots[i] != FREE) {
                int slot = oldHashes[i] & (slots.length - 1);
                while (slots[slot] != FREE) {
                    slot = (slot + 1) & (slots.length - 1);
                }
                slots[slot] = oldSlots[i];
                hashes[slot] = oldHashes[i];
            }
        }
    }
}

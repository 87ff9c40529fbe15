package io.kexec4j.fdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of the properties, as dtc puts them into a strings block: each where it first occurs as the end of one that is
 * there, else behind the others. The names are numbered first, so that they are known when they are {@linkplain #layOut() laid
 * out}: each end of each is then looked up among them, in a table that is no larger than there are names, and each name costs
 * as much as it is long. The hash {@linkplain KeyedHash is keyed}; what is written does not depend on it.
 */
final class StringsBlock {
    private static final int NONE = -1;

    private final KeyedHash hash = new KeyedHash();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<byte[]> names = new ArrayList<>();

    /** The hash of a name, from its end, in the upper half, its number plus 1 in the lower one. */
    private long[] slots = new long[0];

    /** Where each name is, by its number. */
    private int[] offsets = new int[0];

    private byte[] bytes = new byte[1024];
    private int size;

    /** The number of a name: how many others there were before. */
    int number(String name) {
        Integer known = numbers.get(name);
        if (known == null) {
            known = names.size();
            numbers.put(name, known);
            names.add(Latin1.encode(name));
        }
        return known;
    }

    /** Makes the block, once all names have a number. */
    void layOut() {
        enterAll();
        offsets = new int[names.size()];
        Arrays.fill(offsets, NONE);
        for (int number = 0; number < offsets.length; number++) {
            if (offsets[number] == NONE) {
                append(names.get(number));
            }
        }
    }

    /** Where a name is in the block. */
    int offset(int number) {
        return offsets[number];
    }

    int size() {
        return size;
    }

    void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, size);
    }

    private void enterAll() {
        slots = new long[Integer.highestOneBit(Math.max(names.size(), 2)) * 16];
        for (int number = 0; number < names.size(); number++) {
            byte[] name = names.get(number);
            long hashed = hash.begin(0);
            for (int i = name.length - 1; i >= 0; i--) {
                hashed = hash.extend(hashed, name[i]);
            }
            int slot = KeyedHash.finish(hashed) & slots.length - 1;
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = (long) KeyedHash.finish(hashed) << Integer.SIZE | number + 1;
        }
    }

    /** Adds a name, and with it those that are an end of it and had no place yet: itself and perhaps others. */
    private void append(byte[] name) {
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
        // The empty end may be a name too.
        long hashed = hash.begin(0);
        place(KeyedHash.finish(hashed), name, name.length, end - 1);
        for (int i = name.length - 1; i >= 0; i--) {
            hashed = hash.extend(hashed, name[i]);
            place(KeyedHash.finish(hashed), name, i, start + i);
        }
    }

    /** If the end of a name is one itself and has no place yet, it has one now. */
    private void place(int hashed, byte[] name, int from, int offset) {
        for (int slot = hashed & slots.length - 1; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if ((int) (slots[slot] >> Integer.SIZE) == hashed) {
                int number = (int) slots[slot] - 1;
                byte[] known = names.get(number);
                if (offsets[number] == NONE && Arrays.equals(known, 0, known.length, name, from, name.length)) {
                    offsets[number] = offset;
                    return;
                }
            }
        }
    }
}

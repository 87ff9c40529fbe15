package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.util.HashMap;
import java.util.Map;

/**
 * A string table while its strings are looked up (gABI chapter 4, String Table). Strings may share their tails, so a small file could
 * ask for an enormous amount of text; the text handed out is therefore limited to a multiple of the table's size, which
 * no linker's tail merging comes near.
 */
final class StringTable {
    private static final long MAX_SHARING = 8;
    private static final long FREE_TEXT = 64 * 1024;

    private final ElfView bytes;
    private final Map<Long, String> known = new HashMap<>();
    private long budget;

    StringTable(ElfView bytes) {
        this.bytes = bytes;
        this.budget = FREE_TEXT + MAX_SHARING * bytes.size();
    }

    /**
     * The string at {@code index}, in bytes from the start of the table. Index 0 of an empty table is the empty string.
     *
     * @param field where in the file the index stands
     */
    String at(long index, long field) throws ElfFormatException {
        if (index == 0 && bytes.size() == 0) {
            return "";
        }
        String name = known.get(index);
        if (name == null) {
            int end = bytes.indexOfNul(index, field);
            budget -= end - index;
            verify(budget >= 0, bytes.inFile(index), "the strings of a table overlap too much");
            name = bytes.text((int) index, end);
            known.put(index, name);
        }
        return name;
    }
}

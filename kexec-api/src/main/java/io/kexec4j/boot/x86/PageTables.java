package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Page tables that map some gigabytes at their own addresses, in pages of 2 MiB (Intel SDM volume 3, "Paging"). Every x86_64
 * processor has these, with 4 levels or 5; the fifth is one table more on top of the other four.
 *
 * @param fiveLevels physical address of the table with the highest level of 5
 * @param fourLevels physical address of the table with the highest level of 4
 * @param content the tables, in memory from {@code fiveLevels} on
 */
record PageTables(long fiveLevels, long fourLevels, Content content) {
    /** Two tables at the top, and two for either of two addresses. */
    static final int SIZE = 6 * 4096;

    private static final int TABLE = 4096;
    private static final int ENTRIES = 512;
    private static final int GIB_SHIFT = 30;
    private static final int PAGE_SHIFT = 21;
    private static final int TOP_SHIFT = 39;
    private static final int PRESENT_WRITABLE = 0x3;
    private static final int LARGE = 0x80;

    /**
     * Maps the gigabytes in which two addresses lie.
     *
     * @param place physical address of the tables, a multiple of 4096, with room for {@link #SIZE} bytes
     * @param first a physical address below 2<sup>47</sup>
     * @param second another one
     */
    static PageTables of(long place, long first, long second) {
        Writer writer = new Writer(place);
        writer.bytes.putLong(0, place + TABLE | PRESENT_WRITABLE);
        writer.map(first);
        writer.map(second);
        return new PageTables(place, place + TABLE, Content.of(writer.bytes));
    }

    private static final class Writer {
        private final long place;
        private final ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        private int used = 2 * TABLE;

        private Writer(long place) {
            this.place = place;
        }

        private void map(long address) {
            int directories = table(TABLE, index(address, TOP_SHIFT));
            int pages = table(directories, index(address, GIB_SHIFT));
            long gigabyte = address >>> GIB_SHIFT << GIB_SHIFT;
            for (int i = 0; i < ENTRIES; i++) {
                bytes.putLong(pages + i * Long.BYTES, gigabyte + ((long) i << PAGE_SHIFT) | LARGE | PRESENT_WRITABLE);
            }
        }

        /** The table that an entry of another one points to, which both addresses may share. */
        private int table(int parent, int index) {
            int entry = parent + index * Long.BYTES;
            if (bytes.getLong(entry) == 0) {
                bytes.putLong(entry, place + used | PRESENT_WRITABLE);
                used += TABLE;
            }
            return (int) ((bytes.getLong(entry) & -TABLE) - place);
        }

        private static int index(long address, int shift) {
            return (int) (address >>> shift) & (ENTRIES - 1);
        }
    }
}

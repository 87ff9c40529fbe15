package io.kexec4j.fdt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes blobs token by token, and wrong in every way that a test wants; the writer of the library has no part in it. */
final class RawBlob {
    static final int TOTAL_SIZE = 4;
    static final int STRUCTURE_OFFSET = 8;
    static final int STRINGS_OFFSET = 12;
    static final int RESERVATIONS_OFFSET = 16;
    static final int VERSION = 20;
    static final int LAST_COMPATIBLE = 24;
    static final int BOOT_CPUID = 28;
    static final int STRINGS_SIZE = 32;
    static final int STRUCTURE_SIZE = 36;

    private final Bytes structure = new Bytes();
    private final Bytes strings = new Bytes();
    private final Bytes reservations = new Bytes();
    private final Map<Integer, Integer> fields = new LinkedHashMap<>();
    private boolean reservationsEnd = true;
    private String order = "mts";
    private int headerSize = 40;
    private int gap;
    private int padding;
    private int trailing;
    private int length = Integer.MAX_VALUE;

    /** A tree of a root with a property and a child with another, as the other cases vary it. */
    static RawBlob base() {
        return new RawBlob()
                .begin("")
                .property("compatible", "acme,x\0")
                .begin("n@1")
                .property("reg", 1)
                .end()
                .end()
                .finish();
    }

    RawBlob token(int... words) {
        for (int word : words) {
            structure.putInt(word);
        }
        return this;
    }

    /** Bytes in the structure block, not padded. */
    RawBlob raw(String latin1) {
        structure.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    RawBlob begin(String name) {
        return token(1).raw(name + '\0').pad();
    }

    RawBlob end() {
        return token(2);
    }

    RawBlob nop() {
        return token(4);
    }

    RawBlob finish() {
        return token(9);
    }

    RawBlob property(String name, int... cells) {
        ByteBuffer value = ByteBuffer.allocate(cells.length * 4);
        Arrays.stream(cells).forEach(value::putInt);
        return property(name, new String(value.array(), StandardCharsets.ISO_8859_1));
    }

    /** A property whose value has one byte a character. */
    RawBlob property(String name, String latin1) {
        return propertyAt(string(name), latin1);
    }

    /** A property whose name is anywhere. */
    RawBlob propertyAt(int nameOffset, String latin1) {
        return token(3, latin1.length(), nameOffset).raw(latin1).pad();
    }

    /** What bytes the padding has from now on. */
    RawBlob padWith(int value) {
        padding = value;
        return this;
    }

    private RawBlob pad() {
        while (structure.size() % 4 != 0) {
            structure.write(padding);
        }
        return this;
    }

    /** The offset of a string in the strings block, to which it is added unless a whole one is there. */
    int string(String name) {
        String all = '\0' + strings.latin1();
        int found = all.indexOf('\0' + name + '\0');
        if (found < 0) {
            found = strings.size();
            strings(name + '\0');
        }
        return found;
    }

    /** Adds bytes to the strings block. */
    RawBlob strings(String latin1) {
        strings.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    RawBlob reserve(long address, long size) {
        reservations.writeBytes(
                ByteBuffer.allocate(16).putLong(address).putLong(size).array());
        return this;
    }

    RawBlob withoutReservationsEnd() {
        reservationsEnd = false;
        return this;
    }

    /** The order of the blocks: m for the memory reservations, t for the structure, s for the strings. */
    RawBlob order(String blocks) {
        order = blocks;
        return this;
    }

    /** Bytes of 0xaa before each block. */
    RawBlob gap(int bytes) {
        gap = bytes;
        return this;
    }

    /** A header of 36 bytes, which has no size of the structure block. */
    RawBlob version16() {
        headerSize = 36;
        return field(VERSION, 16);
    }

    /** Replaces a field of the header. */
    RawBlob field(int offset, int value) {
        fields.put(offset, value);
        return this;
    }

    /** Bytes behind the blob. */
    RawBlob trailing(int bytes) {
        trailing = bytes;
        return this;
    }

    RawBlob cutTo(int bytes) {
        length = bytes;
        return this;
    }

    byte[] bytes() {
        Bytes blob = new Bytes();
        blob.writeBytes(new byte[headerSize]);
        int[] offsets = new int[3];
        for (int k = 0; k < order.length(); k++) {
            char block = order.charAt(k);
            for (int i = 0; i < gap; i++) {
                blob.write(0xaa);
            }
            blob.align(block == 'm' ? 8 : block == 't' ? 4 : 1);
            offsets["mts".indexOf(block)] = blob.size();
            blob.writeBytes(
                    block == 'm' ? reservations() : block == 't' ? structure.toByteArray() : strings.toByteArray());
        }
        int total = blob.size();
        blob.writeBytes(new byte[trailing]);
        ByteBuffer bytes = ByteBuffer.wrap(blob.toByteArray());
        bytes.putInt(0, 0xd00dfeed)
                .putInt(TOTAL_SIZE, total)
                .putInt(STRUCTURE_OFFSET, offsets[1])
                .putInt(STRINGS_OFFSET, offsets[2])
                .putInt(RESERVATIONS_OFFSET, offsets[0])
                .putInt(VERSION, 17)
                .putInt(LAST_COMPATIBLE, 16)
                .putInt(STRINGS_SIZE, strings.size());
        if (headerSize == 40) {
            bytes.putInt(STRUCTURE_SIZE, structure.size());
        }
        fields.forEach(bytes::putInt);
        return Arrays.copyOf(bytes.array(), Math.min(bytes.capacity(), length));
    }

    private byte[] reservations() {
        Bytes all = new Bytes();
        all.writeBytes(reservations.toByteArray());
        all.writeBytes(new byte[reservationsEnd ? 16 : 0]);
        return all.toByteArray();
    }

    Fdt read() throws FdtException {
        return Fdt.read(ByteBuffer.wrap(bytes()));
    }

    private static final class Bytes extends ByteArrayOutputStream {
        void putInt(int value) {
            writeBytes(ByteBuffer.allocate(4).putInt(value).array());
        }

        void align(int alignment) {
            while (size() % alignment != 0) {
                write(0);
            }
        }

        String latin1() {
            return toString(StandardCharsets.ISO_8859_1);
        }
    }
}

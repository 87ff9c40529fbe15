package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bytes of a generated file and where its fields lie, so that a test can set one of them by name. */
final class ElfImage {
    /** Where a field lies and how wide it is, in bytes. */
    record Field(int offset, int width) {}

    private final byte[] bytes;
    private final ByteOrder order;
    private final Map<String, Field> fields;

    ElfImage(byte[] bytes, ByteOrder order, Map<String, Field> fields) {
        this.bytes = bytes;
        this.order = order;
        this.fields = fields;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** Names such as "e_phoff", "ph0.p_offset", "sh2.sh_size", "sym1.st_shndx", "rel0.r_offset". */
    List<String> fieldNames() {
        return new ArrayList<>(fields.keySet());
    }

    Field field(String name) {
        Field field = fields.get(name);
        if (field == null) {
            throw new IllegalArgumentException(name + " is none of " + fields.keySet());
        }
        return field;
    }

    long get(String name) {
        Field field = field(name);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
        return switch (field.width()) {
            case 1 -> Byte.toUnsignedLong(buffer.get(field.offset()));
            case 2 -> Short.toUnsignedLong(buffer.getShort(field.offset()));
            case 4 -> Integer.toUnsignedLong(buffer.getInt(field.offset()));
            default -> buffer.getLong(field.offset());
        };
    }

    /** The same file with the low bits of {@code value} in one field. */
    ElfImage with(String name, long value) {
        Field field = field(name);
        byte[] changed = bytes.clone();
        ByteBuffer buffer = ByteBuffer.wrap(changed).order(order);
        switch (field.width()) {
            case 1 -> buffer.put(field.offset(), (byte) value);
            case 2 -> buffer.putShort(field.offset(), (short) value);
            case 4 -> buffer.putInt(field.offset(), (int) value);
            default -> buffer.putLong(field.offset(), value);
        }
        return new ElfImage(changed, order, fields);
    }

    ElfFile parse() throws ElfFormatException {
        return ElfFile.parse(ByteBuffer.wrap(bytes));
    }

    RelocatableObject parseObject() throws ElfFormatException {
        return RelocatableObject.parse(ByteBuffer.wrap(bytes));
    }
}

package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes ELF files of a header, program headers and bytes, as wrong as a test wants them. */
final class ElfImages {
    private final boolean wide;
    private final ByteOrder order;
    private final List<long[]> headers = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private final Map<Integer, byte[]> patches = new LinkedHashMap<>();
    private int type = 2;
    private int machine = 62;
    private long entry = 0x100000;

    ElfImages(boolean wide, ByteOrder order) {
        this.wide = wide;
        this.order = order;
    }

    /** For x86_64, with nothing in it. */
    static ElfImages x8664() {
        return new ElfImages(true, ByteOrder.LITTLE_ENDIAN);
    }

    ElfImages type(int value) {
        type = value;
        return this;
    }

    ElfImages machine(int value) {
        machine = value;
        return this;
    }

    ElfImages entry(long value) {
        entry = value;
        return this;
    }

    /** A PT_LOAD. */
    ElfImages load(long virtual, long physical, byte[] content, long memorySize) {
        return header(1, virtual, physical, content, memorySize, 0x1000);
    }

    ElfImages header(int headerType, long virtual, long physical, byte[] content, long memorySize, long alignment) {
        headers.add(new long[] {headerType, virtual, physical, memorySize, alignment});
        contents.add(content.clone());
        return this;
    }

    /** Overwrites bytes of the file. */
    ElfImages patch(int offset, byte... bytes) {
        patches.put(offset, bytes.clone());
        return this;
    }

    /** Where a program header lies. */
    int headerOffset(int index) {
        return (wide ? 64 : 52) + index * (wide ? 56 : 32);
    }

    byte[] bytes() {
        int offset = headerOffset(headers.size());
        int size =
                offset + contents.stream().mapToInt(content -> content.length).sum();
        ByteBuffer file = ByteBuffer.allocate(size).order(order);
        file.put(new byte[] {
                    0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1
                })
                .position(16);
        file.putShort((short) type).putShort((short) machine).putInt(1);
        word(file, entry);
        word(file, headers.isEmpty() ? 0 : headerOffset(0));
        word(file, 0);
        file.putInt(0);
        file.putShort((short) headerOffset(0)).putShort((short) (wide ? 56 : 32));
        file.putShort((short) headers.size());
        for (int i = 0; i < headers.size(); i++) {
            programHeader(file, headers.get(i), contents.get(i), i, offset);
            file.put(offset, contents.get(i));
            offset += contents.get(i).length;
        }
        patches.forEach(file::put);
        return file.array();
    }

    Content content() {
        return Content.of(bytes());
    }

    private void programHeader(ByteBuffer file, long[] header, byte[] content, int index, int offset) {
        file.position(headerOffset(index)).putInt((int) header[0]);
        if (wide) {
            file.putInt(7);
        }
        word(file, offset);
        word(file, header[1]);
        word(file, header[2]);
        word(file, content.length);
        word(file, header[3]);
        if (!wide) {
            file.putInt(7);
        }
        word(file, header[4]);
    }

    private void word(ByteBuffer file, long value) {
        if (wide) {
            file.putLong(value);
        } else {
            file.putInt((int) value);
        }
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.ElfKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes ELF programs that no CPU could run. */
final class ElfFiles {
    private record Part(int type, long address, ByteBuffer content, long memorySize) {}

    private final boolean wide;
    private final int machine;
    private final List<Part> parts = new ArrayList<>();
    private int type = 2;
    private long entry;

    private ElfFiles(boolean wide, int machine) {
        this.wide = wide;
        this.machine = machine;
    }

    static ElfFiles of(boolean wide) {
        return new ElfFiles(wide, wide ? 62 : 3);
    }

    static ElfFiles forMachine(boolean wide, int machine) {
        return new ElfFiles(wide, machine);
    }

    ElfFiles positionIndependent() {
        type = 3;
        return this;
    }

    /** The entry is in the first one. */
    ElfFiles load(long address, String content, long memorySize) {
        entry = parts.isEmpty() ? address : entry;
        parts.add(new Part(1, address, ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)), memorySize));
        return this;
    }

    ElfFiles note(String name, int noteType, String content) {
        ByteBuffer note = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(name.length() + 1).putInt(content.length()).putInt(noteType);
        note.put(name.getBytes(StandardCharsets.US_ASCII)).position(12 + (name.length() + 1 + 3 & -4));
        note.put(content.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = new byte[note.position() + 3 & -4];
        note.get(0, bytes);
        parts.add(new Part(4, 0, ByteBuffer.wrap(bytes), bytes.length));
        return this;
    }

    ElfKernel kernel() throws IOException {
        return ElfKernel.parse(Content.of(bytes()));
    }

    private byte[] bytes() {
        int headers = (wide ? 64 : 52) + parts.size() * (wide ? 56 : 32);
        int size =
                headers + parts.stream().mapToInt(part -> part.content.limit()).sum();
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1, 1}).position(16);
        file.putShort((short) type).putShort((short) machine).putInt(1);
        word(file, entry);
        word(file, wide ? 64 : 52);
        word(file, 0);
        file.putInt(0).putShort((short) (wide ? 64 : 52)).putShort((short) (wide ? 56 : 32));
        file.putShort((short) parts.size()).position(wide ? 64 : 52);
        int offset = headers;
        for (Part part : parts) {
            header(file, part, offset);
            file.put(offset, part.content, 0, part.content.limit());
            offset += part.content.limit();
        }
        return file.array();
    }

    private void header(ByteBuffer file, Part part, int offset) {
        file.putInt(part.type);
        if (wide) {
            file.putInt(7);
        }
        word(file, offset);
        word(file, part.address);
        word(file, part.address);
        word(file, part.content.limit());
        word(file, part.memorySize);
        if (!wide) {
            file.putInt(7);
        }
        word(file, 4);
    }

    private void word(ByteBuffer file, long value) {
        if (wide) {
            file.putLong(value);
        } else {
            file.putInt((int) value);
        }
    }
}

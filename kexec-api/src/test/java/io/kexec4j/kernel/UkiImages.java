package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes EFI programs of sections, without any code. */
public final class UkiImages {
    /** Where the first section header lies. */
    static final int TABLE = 0x80 + 24 + 0xf0;

    private static final int ALIGNMENT = 512;

    private record Section(String name, ByteBuffer content, long virtualSize) {}

    private final List<Section> sections = new ArrayList<>();

    private int machine = 0x8664;

    public UkiImages() {}

    /** Sets the machine, which is x86_64 otherwise. */
    public UkiImages machine(int value) {
        machine = value;
        return this;
    }

    public UkiImages section(String name, byte[] content) {
        return section(name, content, content.length);
    }

    public UkiImages section(String name, String content) {
        return section(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public UkiImages section(String name, byte[] content, long virtualSize) {
        sections.add(new Section(name, ByteBuffer.wrap(content.clone()), virtualSize));
        return this;
    }

    public byte[] bytes() {
        int start = up(TABLE + 40 * sections.size());
        int size =
                start + sections.stream().mapToInt(s -> up(s.content.limit())).sum();
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, new byte[] {'M', 'Z'}).putInt(0x3c, 0x80);
        file.put(0x80, new byte[] {'P', 'E', 0, 0});
        file.putShort(0x84, (short) machine).putShort(0x86, (short) sections.size());
        file.putShort(0x94, (short) 0xf0).putShort(0x98, (short) 0x20b);
        int at = TABLE;
        int address = 0x1000;
        int offset = start;
        for (Section section : sections) {
            file.put(at, section.name.getBytes(StandardCharsets.ISO_8859_1));
            file.putInt(at + 8, (int) section.virtualSize).putInt(at + 12, address);
            file.putInt(at + 16, up(section.content.limit())).putInt(at + 20, offset);
            file.put(offset, section.content, 0, section.content.limit());
            at += 40;
            address += (section.content.limit() + 0xfff) & -0x1000;
            offset += up(section.content.limit());
        }
        return file.array();
    }

    public Content content() {
        return Content.of(bytes());
    }

    private static int up(int size) {
        return (size + ALIGNMENT - 1) & -ALIGNMENT;
    }
}

package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Core headers written number by number after Elf32_Ehdr, Elf64_Ehdr, Elf32_Phdr and Elf64_Phdr; shares nothing with the writer. */
final class RawCoreHeader {
    private final ByteBuffer out;
    private final boolean wide;
    private final Map<String, ElfImage.Field> fields = new LinkedHashMap<>();

    private RawCoreHeader(ElfClass elfClass, ByteOrder order, int size) {
        wide = elfClass == ElfClass.ELF64;
        out = ByteBuffer.allocate(size).order(order);
    }

    /** The file that {@code header} stands for; its fields have names such as "e_phnum" and "ph0.p_offset". */
    static ElfImage image(CoreHeader header) {
        int count = header.notes().size() + header.memory().size();
        boolean wide = header.elfClass() == ElfClass.ELF64;
        RawCoreHeader raw =
                new RawCoreHeader(header.elfClass(), header.byteOrder(), wide ? 64 + 56 * count : 52 + 32 * count);
        raw.fileHeader(header.machine(), count);
        int index = 0;
        for (CoreNotes notes : header.notes()) {
            raw.programHeader(index++, 4, 0, notes.address(), 0, notes.address(), notes.size());
        }
        for (CoreMemory memory : header.memory()) {
            raw.programHeader(
                    index++, 1, 7, memory.offset(), memory.virtualAddress(), memory.physicalAddress(), memory.size());
        }
        return new ElfImage(raw.out.array(), header.byteOrder(), raw.fields);
    }

    private void fileHeader(int machine, int count) {
        out.put(new byte[] {0x7f, 'E', 'L', 'F'});
        u8("EI_CLASS", wide ? 2 : 1);
        u8("EI_DATA", out.order() == ByteOrder.LITTLE_ENDIAN ? 1 : 2);
        u8("EI_VERSION", 1);
        u8("EI_OSABI", 0);
        u8("EI_ABIVERSION", 0);
        out.position(16);
        u16("e_type", 4);
        u16("e_machine", machine);
        u32("e_version", 1);
        word("e_entry", 0);
        word("e_phoff", wide ? 64 : 52);
        word("e_shoff", 0);
        u32("e_flags", 0);
        u16("e_ehsize", wide ? 64 : 52);
        u16("e_phentsize", wide ? 56 : 32);
        u16("e_phnum", count);
        u16("e_shentsize", 0);
        u16("e_shnum", 0);
        u16("e_shstrndx", 0);
    }

    private void programHeader(int index, int type, int flags, long offset, long virtual, long physical, long size) {
        String name = "ph" + index + ".";
        u32(name + "p_type", type);
        if (wide) {
            u32(name + "p_flags", flags);
        }
        word(name + "p_offset", offset);
        word(name + "p_vaddr", virtual);
        word(name + "p_paddr", physical);
        word(name + "p_filesz", size);
        word(name + "p_memsz", size);
        if (!wide) {
            u32(name + "p_flags", flags);
        }
        word(name + "p_align", 0);
    }

    private void u8(String name, int value) {
        field(name, 1);
        out.put((byte) value);
    }

    private void u16(String name, int value) {
        field(name, 2);
        out.putShort((short) value);
    }

    private void u32(String name, int value) {
        field(name, 4);
        out.putInt(value);
    }

    private void word(String name, long value) {
        if (wide) {
            field(name, 8);
            out.putLong(value);
        } else {
            u32(name, (int) value);
        }
    }

    private void field(String name, int width) {
        fields.put(name, new ElfImage.Field(out.position(), width));
    }

    /** The header of a machine of any size, with numbers that use all bits of their fields. */
    static CoreHeader random(int seed, ElfClass elfClass, ByteOrder order) {
        Random random = new Random(seed);
        List<CoreNotes> notes = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            long address = number(random, elfClass);
            notes.add(new CoreNotes(address, size(random, elfClass, address)));
        }
        List<CoreMemory> memory = new ArrayList<>();
        for (int i = notes.isEmpty() ? 1 + random.nextInt(6) : random.nextInt(6); i > 0; i--) {
            long physical = number(random, elfClass);
            long offset = random.nextBoolean() ? physical : number(random, elfClass);
            long larger = Long.compareUnsigned(physical, offset) > 0 ? physical : offset;
            memory.add(new CoreMemory(number(random, elfClass), physical, size(random, elfClass, larger), offset));
        }
        return new CoreHeader(elfClass, order, random.nextInt(0x10000), notes, memory);
    }

    private static long number(Random random, ElfClass elfClass) {
        return random.nextLong() >>> (elfClass == ElfClass.ELF64 ? 0 : 32) >>> (random.nextBoolean() ? 0 : 20);
    }

    /** A size that ends at the end of the address space at the latest, and there in one case of four. */
    private static long size(Random random, ElfClass elfClass, long start) {
        long room = (elfClass == ElfClass.ELF64 ? -1 : 0xffff_ffffL) - start;
        long most = room == -1 ? room : room + 1;
        return random.nextInt(4) == 0 ? most : 1 + Long.remainderUnsigned(random.nextLong(), most);
    }
}

package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Generated files that several tests use. */
final class Fixtures {
    static final List<ByteOrder> ORDERS = List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);

    private Fixtures() {}

    /** One file of each kind, in each class and byte order that the kind can have. */
    static List<ElfImage> all() {
        return List.of(
                executable(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN).build(),
                executable(ElfClass.ELF32, ByteOrder.BIG_ENDIAN).build(),
                executable(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN).build(),
                executable(ElfClass.ELF64, ByteOrder.BIG_ENDIAN).build(),
                executable(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                        .extendedNumbers()
                        .build(),
                object().build(),
                ppc64(ByteOrder.LITTLE_ENDIAN).build().with("sym3.st_other", 0x60),
                ppc64(ByteOrder.BIG_ENDIAN).build());
    }

    /** Two segments, notes in both tables, symbols in all kinds of sections, relocations. */
    static ElfBuilder executable(ElfClass elfClass, ByteOrder order) {
        ElfBuilder builder = new ElfBuilder(elfClass, order)
                .type(ElfHeader.ET_EXEC)
                .machine(ElfHeader.EM_PPC64)
                .abi(3, 1)
                .entry(0x10000)
                .flags(0x80000002);
        byte[] notes = notes(order, 4);
        builder.segment(
                new ProgramHeader(ProgramHeader.PT_LOAD, 5, 0, 0x10000, 0x20000, 0, 0x40, 0x1000),
                new byte[] {1, 2, 3});
        builder.segment(new ProgramHeader(ProgramHeader.PT_NOTE, 4, 0, 0, 0, 0, notes.length, 4), notes);
        ElfBuilder.SectionSpec text = builder.section(".text", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_EXECINSTR)
                .alignment(16)
                .content(new byte[32]);
        builder.section(".note.x", Section.SHT_NOTE).alignment(8).content(notes(order, 8));
        builder.section(".bss", Section.SHT_NOBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_WRITE)
                .size(0x123456);
        builder.symbol("start", Symbol.STB_GLOBAL, Symbol.STT_FUNC, text.index, 0x10000, 8);
        builder.symbol("version", Symbol.STB_LOCAL, Symbol.STT_OBJECT, Symbol.SHN_ABS, 7, 0);
        int undefined = builder.symbol("später", Symbol.STB_WEAK, Symbol.STT_NOTYPE, 0, 0, 0);
        builder.relocation(text, 4, undefined, 38, -4);
        builder.relocation(text, 8, 0, 22, 0x1234);
        return builder;
    }

    /** An object for x86_64 that can be linked: .text, .data with a variable, .bss with another, and relocations. */
    static ElfBuilder object() {
        ElfBuilder builder = ElfBuilder.object();
        ElfBuilder.SectionSpec text = builder.section(".text", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_EXECINSTR)
                .alignment(16)
                .content(new byte[21]);
        ElfBuilder.SectionSpec bss = builder.section(".bss", Section.SHT_NOBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_WRITE)
                .alignment(64)
                .size(100);
        ElfBuilder.SectionSpec data = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_WRITE)
                .alignment(8)
                .content(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        int start = builder.symbol("start", Symbol.STB_GLOBAL, Symbol.STT_FUNC, text.index, 0, 21);
        int value = builder.symbol("value", Symbol.STB_GLOBAL, Symbol.STT_OBJECT, data.index, 0, 8);
        int memory = builder.symbol("memory", Symbol.STB_GLOBAL, Symbol.STT_OBJECT, bss.index, 4, 4);
        builder.symbol("constant", Symbol.STB_GLOBAL, Symbol.STT_NOTYPE, Symbol.SHN_ABS, 0x4711, 0);
        builder.relocation(text, 0, value, 2, -4);
        builder.relocation(text, 5, memory, 4, -4);
        builder.relocation(text, 9, start, 10, 1);
        builder.relocation(data, 8, start, 1, 0x10);
        return builder;
    }

    /** An object for ppc64: ELFv2 if it is little-endian, and with a function descriptor otherwise. */
    static ElfBuilder ppc64(ByteOrder order) {
        boolean hasDescriptors = order == ByteOrder.BIG_ENDIAN;
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF64, order)
                .machine(ElfHeader.EM_PPC64)
                .flags(hasDescriptors ? 0 : 2);
        ElfBuilder.SectionSpec text = builder.section(".text", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_EXECINSTR)
                .alignment(16)
                .content(new byte[32]);
        ElfBuilder.SectionSpec opd = builder.section(hasDescriptors ? ".opd" : ".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_WRITE)
                .alignment(8)
                .content(new byte[24]);
        ElfBuilder.SectionSpec toc = builder.section(".toc", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC | Section.SHF_WRITE)
                .alignment(8)
                .content(new byte[8]);
        int code = builder.symbol("code", Symbol.STB_LOCAL, Symbol.STT_NOTYPE, text.index, 4, 0);
        int base = builder.symbol(".TOC.", Symbol.STB_GLOBAL, Symbol.STT_NOTYPE, 0, 0, 0);
        int function = builder.symbol(
                "function", Symbol.STB_GLOBAL, Symbol.STT_FUNC, hasDescriptors ? opd.index : text.index, 0, 24);
        builder.relocation(text, 0, base, 252, 2);
        builder.relocation(text, 4, base, 250, 6);
        builder.relocation(text, 8, function, 10, 0);
        builder.relocation(text, hasDescriptors ? 14 : 12, code, 64, 0);
        builder.relocation(opd, 0, code, 38, 4);
        builder.relocation(opd, 8, 0, 51, 0);
        builder.relocation(toc, 0, function, 38, 0);
        return builder;
    }

    /** Two notes: "GNU" of type 3 with 5 bytes, and one without name and content, of type 0x12345678. */
    static byte[] notes(ByteOrder order, int alignment) {
        return join(
                note(order, alignment, 4, 5, 3, "GNU\0", new byte[] {1, 2, 3, 4, 5}),
                note(order, alignment, 0, 0, 0x12345678, "", new byte[0]));
    }

    static byte[] note(ByteOrder order, int alignment, int nameSize, int descSize, int type, String name, byte[] desc) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        int descAt = alignUp(12 + nameBytes.length, alignment);
        ByteBuffer out =
                ByteBuffer.allocate(alignUp(descAt + desc.length, alignment)).order(order);
        out.putInt(nameSize).putInt(descSize).putInt(type).put(nameBytes);
        out.position(descAt).put(desc);
        return out.array();
    }

    static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }

    private static int alignUp(int offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }
}

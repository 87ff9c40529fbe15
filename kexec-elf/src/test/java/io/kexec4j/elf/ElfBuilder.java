package io.kexec4j.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes small ELF files. It follows the C declarations of the gABI field by field, and shares nothing with the reader. Tables
 * of symbols and relocations are added after the sections that a test asks for.
 */
final class ElfBuilder {
    /** A section to write; {@code size} counts only without content in the file. */
    static final class SectionSpec {
        final int index;
        final String name;
        int type;
        long flags;
        long address;
        byte[] content = {};
        long size;
        int link;
        int info;
        long alignment = 1;
        long entrySize;
        int offset;
        Map<String, ElfImage.Field> fields = Map.of();

        SectionSpec(int index, String name, int type) {
            this.index = index;
            this.name = name;
            this.type = type;
        }

        SectionSpec flags(long value) {
            flags = value;
            return this;
        }

        SectionSpec content(byte... value) {
            content = value;
            return this;
        }

        private SectionSpec entries(Writer writer) {
            content = writer.buffer.array();
            fields = writer.fields;
            return this;
        }

        SectionSpec size(long value) {
            size = value;
            return this;
        }

        SectionSpec alignment(long value) {
            alignment = value;
            return this;
        }

        SectionSpec table(int linkTo, int about, int entry) {
            link = linkTo;
            info = about;
            entrySize = entry;
            return this;
        }
    }

    private record Segment(ProgramHeader header, ByteBuffer content) {}

    private record SymbolSpec(String name, long value, long size, int info, int other, int section) {}

    private record RelocationSpec(long offset, int symbol, int type, long addend) {}

    private final ElfClass elfClass;
    private final ByteOrder order;
    private final List<SectionSpec> sections = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final List<SymbolSpec> symbols = new ArrayList<>();
    private final Map<Integer, List<RelocationSpec>> relocations = new TreeMap<>();
    private int type = ElfHeader.ET_REL;
    private int machine = ElfHeader.EM_X86_64;
    private int osAbi;
    private int abiVersion;
    private long entry;
    private int flags;
    private boolean extendedNumbers;
    private boolean addends = true;

    ElfBuilder(ElfClass elfClass, ByteOrder order) {
        this.elfClass = elfClass;
        this.order = order;
        section("", 0).alignment(0);
    }

    /** A relocatable object for x86_64. */
    static ElfBuilder object() {
        return new ElfBuilder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN);
    }

    ElfBuilder type(int value) {
        type = value;
        return this;
    }

    ElfBuilder machine(int value) {
        machine = value;
        return this;
    }

    ElfBuilder abi(int value, int version) {
        osAbi = value;
        abiVersion = version;
        return this;
    }

    ElfBuilder entry(long value) {
        entry = value;
        return this;
    }

    ElfBuilder flags(int value) {
        flags = value;
        return this;
    }

    /** Moves the numbers of program headers, sections and the table of names into section 0, however small they are. */
    ElfBuilder extendedNumbers() {
        extendedNumbers = true;
        return this;
    }

    /** Writes relocations as SHT_REL. */
    ElfBuilder withoutAddends() {
        addends = false;
        return this;
    }

    SectionSpec section(String name, int sectionType) {
        SectionSpec section = new SectionSpec(sections.size(), name, sectionType);
        sections.add(section);
        return section;
    }

    /** Writes {@code content} for the segment; offset and file size of the header are replaced. */
    ElfBuilder segment(ProgramHeader header, byte... content) {
        segments.add(new Segment(header, ByteBuffer.wrap(content)));
        return this;
    }

    /** Adds a symbol and gives its index. Sections from 0xff00 on, if not reserved numbers (negative), use SHN_XINDEX. */
    int symbol(String name, int binding, int symbolType, int section, long value, long size) {
        if (symbols.isEmpty()) {
            symbols.add(new SymbolSpec("", 0, 0, 0, 0, 0));
        }
        symbols.add(new SymbolSpec(name, value, size, binding << 4 | symbolType, 0, section));
        return symbols.size() - 1;
    }

    ElfBuilder relocation(SectionSpec section, long offset, int symbol, int relocationType, long addend) {
        relocations
                .computeIfAbsent(section.index, key -> new ArrayList<>())
                .add(new RelocationSpec(offset, symbol, relocationType, addend));
        return this;
    }

    ElfImage build() {
        addSymbolTable();
        addRelocationTables();
        SectionSpec names = section(".shstrtab", Section.SHT_STRTAB);
        List<Integer> nameOffsets = new ArrayList<>();
        names.content = strings(sections.stream().map(section -> section.name).toList(), nameOffsets);

        int headerSize = wide() ? 64 : 52;
        int segmentTable = headerSize;
        int at = segmentTable + segments.size() * (wide() ? 56 : 32);
        List<Integer> segmentOffsets = new ArrayList<>();
        for (Segment segment : segments) {
            segmentOffsets.add(at);
            at += segment.content().remaining();
        }
        for (SectionSpec section : sections) {
            section.offset = section.index == 0 ? 0 : (at + 7) & -8;
            at = Math.max(at, section.offset + section.content.length);
        }
        int sectionTable = (at + 7) & -8;

        Writer out = new Writer(sectionTable + sections.size() * (wide() ? 64 : 40));
        header(out, segmentTable, sectionTable, names.index);
        for (int i = 0; i < segments.size(); i++) {
            programHeader(out, "ph" + i + ".", segments.get(i), segmentOffsets.get(i));
        }
        for (int i = 0; i < segments.size(); i++) {
            out.buffer
                    .duplicate()
                    .position(segmentOffsets.get(i))
                    .put(segments.get(i).content().duplicate());
        }
        for (SectionSpec section : sections) {
            out.buffer.put(section.offset, section.index == 0 ? new byte[0] : section.content);
        }
        out.buffer.position(sectionTable);
        for (SectionSpec section : sections) {
            sectionHeader(out, section, nameOffsets.get(section.index), names.index);
        }
        for (SectionSpec section : sections) {
            section.fields.forEach((name, field) ->
                    out.fields.put(name, new ElfImage.Field(section.offset + field.offset(), field.width())));
        }
        return new ElfImage(out.buffer.array(), order, out.fields);
    }

    private void header(Writer out, int segmentTable, int sectionTable, int names) {
        out.buffer.put(new byte[] {0x7f, 'E', 'L', 'F'});
        out.put("ei_class", 1, wide() ? 2 : 1);
        out.put("ei_data", 1, order == ByteOrder.LITTLE_ENDIAN ? 1 : 2);
        out.put("ei_version", 1, 1);
        out.put("ei_osabi", 1, osAbi);
        out.put("ei_abiversion", 1, abiVersion);
        out.buffer.position(16);
        out.put("e_type", 2, type);
        out.put("e_machine", 2, machine);
        out.put("e_version", 4, 1);
        out.word("e_entry", entry);
        out.word("e_phoff", segments.isEmpty() ? 0 : segmentTable);
        out.word("e_shoff", sectionTable);
        out.put("e_flags", 4, flags);
        out.put("e_ehsize", 2, wide() ? 64 : 52);
        out.put("e_phentsize", 2, wide() ? 56 : 32);
        out.put("e_phnum", 2, extendedNumbers ? 0xffff : segments.size());
        out.put("e_shentsize", 2, wide() ? 64 : 40);
        out.put("e_shnum", 2, extendedNumbers ? 0 : sections.size());
        out.put("e_shstrndx", 2, extendedNumbers ? 0xffff : names);
    }

    private void programHeader(Writer out, String prefix, Segment segment, int offset) {
        ProgramHeader header = segment.header();
        out.put(prefix + "p_type", 4, header.type());
        if (wide()) {
            out.put(prefix + "p_flags", 4, header.flags());
        }
        out.word(prefix + "p_offset", offset);
        out.word(prefix + "p_vaddr", header.virtualAddress());
        out.word(prefix + "p_paddr", header.physicalAddress());
        out.word(prefix + "p_filesz", segment.content().remaining());
        out.word(prefix + "p_memsz", header.memorySize());
        if (!wide()) {
            out.put(prefix + "p_flags", 4, header.flags());
        }
        out.word(prefix + "p_align", header.alignment());
    }

    private void sectionHeader(Writer out, SectionSpec section, int name, int names) {
        boolean counts = extendedNumbers && section.index == 0;
        String prefix = "sh" + section.index + ".";
        out.put(prefix + "sh_name", 4, name);
        out.put(prefix + "sh_type", 4, section.type);
        out.word(prefix + "sh_flags", section.flags);
        out.word(prefix + "sh_addr", section.address);
        out.word(prefix + "sh_offset", section.offset);
        out.word(prefix + "sh_size", counts ? sections.size() : Math.max(section.size, section.content.length));
        out.put(prefix + "sh_link", 4, counts ? names : section.link);
        out.put(prefix + "sh_info", 4, counts ? segments.size() : section.info);
        out.word(prefix + "sh_addralign", section.alignment);
        out.word(prefix + "sh_entsize", section.entrySize);
    }

    private void addSymbolTable() {
        if (symbols.isEmpty()) {
            return;
        }
        int size = wide() ? 24 : 16;
        Writer table = new Writer(symbols.size() * size);
        Writer wideIndexes = new Writer(symbols.size() * 4);
        List<Integer> names = new ArrayList<>();
        byte[] strings = strings(symbols.stream().map(SymbolSpec::name).toList(), names);
        boolean needsWideIndexes = false;
        for (int i = 0; i < symbols.size(); i++) {
            SymbolSpec symbol = symbols.get(i);
            boolean isWide = symbol.section() >= 0xff00;
            needsWideIndexes |= isWide;
            String prefix = "sym" + i + ".";
            table.put(prefix + "st_name", 4, names.get(i));
            if (!wide()) {
                table.word(prefix + "st_value", symbol.value());
                table.word(prefix + "st_size", symbol.size());
            }
            table.put(prefix + "st_info", 1, symbol.info());
            table.put(prefix + "st_other", 1, symbol.other());
            table.put(prefix + "st_shndx", 2, isWide ? 0xffff : symbol.section());
            if (wide()) {
                table.word(prefix + "st_value", symbol.value());
                table.word(prefix + "st_size", symbol.size());
            }
            wideIndexes.put("xindex" + i, 4, isWide ? symbol.section() : 0);
        }
        SectionSpec symtab = section(".symtab", Section.SHT_SYMTAB).alignment(8);
        symtab.table(symtab.index + 1, symbols.size(), size).entries(table);
        section(".strtab", Section.SHT_STRTAB).content(strings);
        if (needsWideIndexes) {
            section(".symtab_shndx", Section.SHT_SYMTAB_SHNDX)
                    .alignment(4)
                    .table(symtab.index, 0, 4)
                    .entries(wideIndexes);
        }
    }

    private void addRelocationTables() {
        int symtab = sections.stream()
                .filter(section -> section.type == Section.SHT_SYMTAB)
                .mapToInt(section -> section.index)
                .findFirst()
                .orElse(0);
        int word = wide() ? 8 : 4;
        int size = (addends ? 3 : 2) * word;
        int number = 0;
        for (Map.Entry<Integer, List<RelocationSpec>> table : relocations.entrySet()) {
            Writer out = new Writer(table.getValue().size() * size);
            for (RelocationSpec relocation : table.getValue()) {
                String prefix = "rel" + number++ + ".";
                out.word(prefix + "r_offset", relocation.offset());
                int low = wide() ? 32 : 8;
                out.word(prefix + "r_info", (long) relocation.symbol() << low | relocation.type());
                if (addends) {
                    out.word(prefix + "r_addend", relocation.addend());
                }
            }
            String prefix = addends ? ".rela" : ".rel";
            section(prefix + sections.get(table.getKey()).name, addends ? Section.SHT_RELA : Section.SHT_REL)
                    .alignment(word)
                    .table(symtab, table.getKey(), size)
                    .entries(out);
        }
    }

    private boolean wide() {
        return elfClass == ElfClass.ELF64;
    }

    private static byte[] strings(List<String> strings, List<Integer> offsets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        for (String string : strings) {
            offsets.add(string.isEmpty() ? 0 : out.size());
            if (!string.isEmpty()) {
                out.writeBytes(string.getBytes(StandardCharsets.UTF_8));
                out.write(0);
            }
        }
        return out.toByteArray();
    }

    /** Bytes written field by field; remembers where each field went. */
    private final class Writer {
        final ByteBuffer buffer;
        final Map<String, ElfImage.Field> fields = new LinkedHashMap<>();

        Writer(int size) {
            buffer = ByteBuffer.allocate(size).order(order);
        }

        void word(String name, long value) {
            put(name, wide() ? 8 : 4, value);
        }

        void put(String name, int width, long value) {
            fields.put(name, new ElfImage.Field(buffer.position(), width));
            switch (width) {
                case 1 -> buffer.put((byte) value);
                case 2 -> buffer.putShort((short) value);
                case 4 -> buffer.putInt((int) value);
                default -> buffer.putLong(value);
            }
        }
    }
}

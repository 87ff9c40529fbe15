package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns the symbols and relocations of a relocatable object into offsets from its load address, and checks them. */
final class ObjectReader {
    /** The compact relocation table: its number in LLVM, and the one reserved in the gABI. */
    private static final int SHT_LLVM_CREL = 0x40000014;

    private static final int SHT_CREL = 20;

    private final ElfFile file;
    private final SectionLayout layout;
    private final Relocator relocator;
    private final ObjectAbi abi;
    private final int symbolTable;
    private final long symbolTableOffset;
    private final List<Symbol> symbols;

    ObjectReader(ElfFile file, SectionLayout layout, Relocator relocator) throws ElfFormatException {
        this.file = file;
        this.layout = layout;
        this.relocator = relocator;
        this.symbolTable = file.symbolTable().map(Section::index).orElse(0);
        this.symbolTableOffset = file.symbolTable().map(Section::offset).orElse(0L);
        this.symbols = file.symbols();
        verifyDisjoint();
        this.abi = relocator.abi(file, layout);
    }

    ObjectAbi abi() {
        return abi;
    }

    /** Sections that share their bytes would let a small file ask for much memory. No compiler writes them. */
    private void verifyDisjoint() throws ElfFormatException {
        List<Section> used = new ArrayList<>();
        for (Section section : file.sections()) {
            boolean table = section.type() == Section.SHT_REL || section.type() == Section.SHT_RELA;
            if ((table || layout.hasContent(section.index()))
                    && file.content(section).hasRemaining()) {
                used.add(section);
            }
        }
        used.sort(Comparator.comparingLong(Section::offset));
        long end = 0;
        for (Section section : used) {
            verify(
                    section.offset() >= end,
                    file.field(section, Section.Field.OFFSET),
                    "the sections of an object must not overlap");
            // Not near 2^63: the content lies inside the file.
            end = section.offset() + section.size();
        }
    }

    /** The relocations of all sections that are loaded. */
    List<Fixup> fixups() throws ElfFormatException {
        List<Fixup> fixups = new ArrayList<>();
        for (Section table : file.sections()) {
            switch (table.type()) {
                case Section.SHT_REL, Section.SHT_RELA -> addFixups(table, fixups);
                case Section.SHT_RELR, SHT_CREL, SHT_LLVM_CREL ->
                    throw new ElfFormatException(
                            file.field(table, Section.Field.TYPE),
                            "relocations of section type 0x%x cannot be linked".formatted(table.type()));
                default -> {}
            }
        }
        return List.copyOf(fixups);
    }

    private void addFixups(Section table, List<Fixup> fixups) throws ElfFormatException {
        long infoField = file.field(table, Section.Field.INFO);
        long info = Integer.toUnsignedLong(table.info());
        verify(
                info != 0 && info < file.sections().size(),
                infoField,
                "sh_info must be the index of the section to relocate");
        Section section = file.sections().get((int) info);
        if (!layout.isLoaded(section.index())) {
            return;
        }
        verify(layout.hasContent(section.index()), infoField, "a section without content cannot be relocated");
        if (table.type() != relocator.tableType()) {
            throw new ElfFormatException(
                    file.field(table, Section.Field.TYPE),
                    "relocations for %s must be of section type %s"
                            .formatted(
                                    relocator.name(),
                                    relocator.tableType() == Section.SHT_RELA ? "SHT_RELA" : "SHT_REL"));
        }
        verify(
                table.link() == symbolTable && symbolTable != 0,
                file.field(table, Section.Field.LINK),
                "sh_link must be the index of the symbol table");
        long at = table.offset();
        for (Relocation relocation : file.relocations(table)) {
            fixups.add(fixup(relocation, section, at));
            at += table.entrySize();
        }
    }

    private Fixup fixup(Relocation relocation, Section section, long at) throws ElfFormatException {
        RelocationType type = relocator.type(relocation.type());
        Symbol symbol = symbols.get(relocation.symbol());
        if (type == null) {
            throw new ElfFormatException(
                    at,
                    "relocation type %s of %s (against %s, in %s) cannot be linked"
                            .formatted(
                                    Integer.toUnsignedString(relocation.type()),
                                    relocator.name(),
                                    name(symbol),
                                    section.name()));
        }
        long offset = relocation.offset();
        if (offset < 0 || offset > section.size() - type.width()) {
            throw new ElfFormatException(
                    at,
                    "r_offset 0x%x of %s does not lie inside %s of 0x%x bytes"
                            .formatted(offset, type.name(), section.name(), section.size()));
        }
        int place = (int) (layout.offset(section.index()) + offset);
        if (type.width() == 0) {
            return new Fixup(type, place, new Fixup.Target("", 0, true), relocation.addend(), at);
        }
        Relocation resolved = abi.resolve(relocation, type, at);
        return new Fixup(type, place, target(symbols.get(resolved.symbol()), at), resolved.addend(), at);
    }

    /** What a symbol that is used means. */
    private Fixup.Target target(Symbol symbol, long at) throws ElfFormatException {
        Fixup.Target linkerDefined = abi.symbols().get(symbol.name());
        if (linkerDefined != null && symbol.sectionIndex() == Symbol.SHN_UNDEF) {
            return linkerDefined;
        }
        String problem = problem(symbol);
        if (!problem.isEmpty()) {
            throw new ElfFormatException(at, "symbol " + name(symbol) + " " + problem);
        }
        if (symbol.sectionIndex() > 0) {
            return new Fixup.Target(name(symbol), layout.offset(symbol.sectionIndex()) + symbol.value(), false);
        }
        return new Fixup.Target(name(symbol), symbol.isDefined() ? symbol.value() : 0, true);
    }

    /** Why a symbol cannot be linked to, empty if it can. */
    private String problem(Symbol symbol) {
        int index = symbol.sectionIndex();
        if (symbol.type() == Symbol.STT_TLS) {
            return "is thread-local (STT_TLS)";
        } else if (symbol.type() == Symbol.STT_GNU_IFUNC) {
            return "is an indirect function (STT_GNU_IFUNC)";
        } else if (index == Symbol.SHN_UNDEF) {
            boolean zero = symbol.index() == 0 || symbol.binding() == Symbol.STB_WEAK;
            return zero ? "" : "is undefined";
        } else if (index == Symbol.SHN_ABS) {
            return "";
        } else if (index == Symbol.SHN_COMMON) {
            return "is a common block (SHN_COMMON): compile with -fno-common";
        } else if (index < 0) {
            return "has the reserved section index 0x%x".formatted(index & 0xffff);
        } else if (!layout.isLoaded(index)) {
            return "lies in a section that is not loaded: "
                    + file.sections().get(index).name();
        } else if (Long.compareUnsigned(
                        symbol.value(), file.sections().get(index).size())
                > 0) {
            return "lies outside its section: value 0x%x".formatted(symbol.value());
        }
        return "";
    }

    /** The global symbols that are defined here or by the ABI and have an address. */
    Map<String, LinkedObject.Definition> definitions() throws ElfFormatException {
        Map<String, LinkedObject.Definition> definitions = new HashMap<>();
        abi.symbols().forEach((name, target) -> definitions.put(name, new LinkedObject.Definition(target, 0, false)));
        for (Symbol symbol : symbols) {
            long at = symbolTableOffset
                    + (long) symbol.index() * file.header().elfClass().symbolSize();
            if (symbol.sectionIndex() == Symbol.SHN_COMMON) {
                throw new ElfFormatException(at, "symbol " + name(symbol) + " " + problem(symbol));
            }
            if (symbol.binding() != Symbol.STB_LOCAL
                    && symbol.isDefined()
                    && problem(symbol).isEmpty()) {
                if (definitions.put(symbol.name(), definition(symbol, at)) != null) {
                    throw new ElfFormatException(at, "symbol " + symbol.name() + " is defined twice");
                }
            }
        }
        addCode(definitions);
        return Map.copyOf(definitions);
    }

    private void addCode(Map<String, LinkedObject.Definition> definitions) throws ElfFormatException {
        for (Map.Entry<String, Relocation> code : abi.code().entrySet()) {
            Symbol symbol = symbols.get(code.getValue().symbol());
            if (problem(symbol).isEmpty()) {
                Fixup.Target start = target(symbol, symbolTableOffset);
                Fixup.Target target = new Fixup.Target(
                        code.getKey(), start.value() + code.getValue().addend().orElse(0), start.absolute());
                definitions.putIfAbsent(code.getKey(), new LinkedObject.Definition(target, 0, false));
            }
        }
    }

    private LinkedObject.Definition definition(Symbol symbol, long at) throws ElfFormatException {
        int section = symbol.sectionIndex();
        if (section == Symbol.SHN_ABS || abi.isDescriptor(symbol)) {
            return new LinkedObject.Definition(target(symbol, at), symbol.size(), false);
        }
        long room = file.sections().get(section).size() - symbol.value();
        verify(
                Long.compareUnsigned(symbol.size(), room) <= 0,
                at,
                "a symbol must lie inside its section with its whole size");
        return new LinkedObject.Definition(target(symbol, at), symbol.size(), layout.hasContent(section));
    }

    /** How messages call a symbol: those of sections by the section, others without a name by their number. */
    private String name(Symbol symbol) {
        if (symbol.name().isEmpty() && symbol.sectionIndex() > 0) {
            return file.sections().get(symbol.sectionIndex()).name();
        }
        return symbol.name().isEmpty() ? "#" + symbol.index() : symbol.name();
    }
}

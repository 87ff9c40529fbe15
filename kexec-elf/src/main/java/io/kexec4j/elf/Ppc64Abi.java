package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The table of contents and the functions of a 64-bit Power object.
 *
 * <p>Code finds its data from the TOC base, {@code .TOC.}, 0x8000 bytes after the start of the TOC, because the offsets in
 * instructions are signed 16-bit numbers. The start of the TOC is that of .got or .toc, whichever comes first, rounded down to a
 * multiple of 256 bytes as GNU ld does it.
 *
 * <p>In ELFv2, the symbol of a function is its global entry, which computes the TOC base from the function's address; callers
 * that share the TOC skip these instructions. In ELFv1, the symbol is that of a descriptor in .opd, whose first doubleword is the
 * address of the code; where the code has a symbol, a dot precedes the function's name.
 *
 * @see <a href="https://openpowerfoundation.org/specifications/64bitelfabi/">64-Bit ELF V2 ABI Specification, sections 2.3.2
 *     "TOC", 3.4.1 "Symbol Values"</a>
 * @see <a href="https://refspecs.linuxfoundation.org/ELF/ppc64/PPC-elf64abi.html">64-bit PowerPC ELF ABI Supplement 1.9, section
 *     3.2.5 "Function Descriptors"</a>
 */
final class Ppc64Abi implements ObjectAbi {
    private static final String TOC_SYMBOL = ".TOC.";
    private static final long TOC_BIAS = 0x8000;
    private static final int TOC_ALIGNMENT = 256;

    /** The ABI's version in e_flags: 0 if the file does not say, which is common for ELFv1. */
    private static final int ELF_V2 = 2;

    /** Bits 5 to 7 of st_other: the distance from the global to the local entry, coded. */
    private static final int LOCAL_ENTRY_SHIFT = 5;

    /** There is one entry only, and the function does not preserve the TOC pointer. */
    private static final int CLOBBERS_TOC = 1;

    private static final int RESERVED = 7;

    private final List<Symbol> symbols;
    private final long globalPointer;
    private final int descriptors;
    private final Map<Long, Relocation> codeOfDescriptor;
    private final Map<String, Relocation> code;
    private final Map<String, Fixup.Target> linkerDefined;

    Ppc64Abi(ElfFile file, SectionLayout layout) throws ElfFormatException {
        verify(
                Integer.compareUnsigned(file.header().flags(), ELF_V2) <= 0,
                file.header().elfClass().flagsOffset(),
                "e_flags of a ppc64 object must be the version of its ABI: 0 to 2");
        symbols = file.symbols();
        globalPointer = tocStart(file, layout) + TOC_BIAS;
        descriptors = file.header().flags() == ELF_V2 ? 0 : descriptors(file, layout);
        codeOfDescriptor = codeOfDescriptor(file, descriptors);
        code = dotSymbols();
        linkerDefined = Map.of(TOC_SYMBOL, new Fixup.Target(TOC_SYMBOL, globalPointer, false));
    }

    private static long tocStart(ElfFile file, SectionLayout layout) {
        return file.sections().stream()
                        .filter(section -> layout.isLoaded(section.index())
                                && (section.name().equals(".got")
                                        || section.name().equals(".toc")))
                        .mapToLong(section -> layout.offset(section.index()))
                        .min()
                        .orElse(0)
                & -TOC_ALIGNMENT;
    }

    /** The section with the function descriptors, 0 if there is none. */
    private static int descriptors(ElfFile file, SectionLayout layout) {
        return file.sections().stream()
                .filter(section -> section.name().equals(".opd") && layout.hasContent(section.index()))
                .mapToInt(Section::index)
                .findFirst()
                .orElse(0);
    }

    /** By the offsets of the descriptors. */
    private static Map<Long, Relocation> codeOfDescriptor(ElfFile file, int descriptors) throws ElfFormatException {
        Map<Long, Relocation> result = new HashMap<>();
        int symbolTable = file.symbolTable().map(Section::index).orElse(0);
        for (Section table : file.sections()) {
            // A table that refers to other symbols is refused when it is applied.
            if (descriptors != 0
                    && table.type() == Section.SHT_RELA
                    && table.info() == descriptors
                    && table.link() == symbolTable) {
                for (Relocation relocation : file.relocations(table)) {
                    if (relocation.type() == Ppc64Relocator.ADDR64) {
                        result.putIfAbsent(relocation.offset(), relocation);
                    }
                }
            }
        }
        return result;
    }

    private Map<String, Relocation> dotSymbols() {
        Map<String, Relocation> result = new HashMap<>();
        for (Symbol symbol : symbols) {
            Relocation relocation = codeOfDescriptor.get(symbol.value());
            if (isDescriptor(symbol)
                    && symbol.binding() != Symbol.STB_LOCAL
                    && !symbol.name().isEmpty()
                    && relocation != null) {
                result.putIfAbsent("." + symbol.name(), relocation);
            }
        }
        return result;
    }

    @Override
    public boolean isDescriptor(Symbol symbol) {
        return descriptors != 0 && symbol.sectionIndex() == descriptors;
    }

    @Override
    public long alignment() {
        return TOC_ALIGNMENT;
    }

    @Override
    public long globalPointer() {
        return globalPointer;
    }

    @Override
    public Map<String, Fixup.Target> symbols() {
        return linkerDefined;
    }

    @Override
    public Map<String, Relocation> code() {
        return Map.copyOf(code);
    }

    @Override
    public Relocation resolve(Relocation relocation, RelocationType type, long at) throws ElfFormatException {
        Symbol symbol = symbols.get(relocation.symbol());
        Relocation dotSymbol = symbol.sectionIndex() == Symbol.SHN_UNDEF ? code.get(symbol.name()) : null;
        if (dotSymbol != null) {
            return against(relocation, dotSymbol.symbol(), addend(dotSymbol) + addend(relocation));
        } else if (!Ppc64Relocator.isBranch(relocation.type())) {
            return relocation;
        } else if (isDescriptor(symbol)) {
            return codeOf(symbol.value() + addend(relocation), relocation, at);
        } else if (descriptors != 0) {
            return relocation;
        }
        return against(relocation, symbol.index(), addend(relocation) + localEntry(symbol, relocation, type, at));
    }

    private Relocation codeOf(long descriptor, Relocation relocation, long at) throws ElfFormatException {
        Relocation target = codeOfDescriptor.get(descriptor);
        if (target == null) {
            throw new ElfFormatException(
                    at,
                    "a branch to a function descriptor must find a code address at 0x%x of .opd".formatted(descriptor));
        }
        return against(relocation, target.symbol(), addend(target));
    }

    /** How many bytes a caller in the same object skips. */
    private static long localEntry(Symbol symbol, Relocation relocation, RelocationType type, long at)
            throws ElfFormatException {
        int code = symbol.other() >>> LOCAL_ENTRY_SHIFT;
        boolean withToc = relocation.type() != Ppc64Relocator.REL24_NOTOC;
        if (code == RESERVED) {
            throw failure(symbol, type, at, "has a reserved local entry (st_other 0x%x)".formatted(symbol.other()));
        } else if (withToc && code == CLOBBERS_TOC) {
            throw failure(symbol, type, at, "needs a stub: the function does not preserve the TOC pointer");
        } else if (!withToc && code > CLOBBERS_TOC) {
            throw failure(symbol, type, at, "needs a stub: the function needs a TOC pointer, and the caller has none");
        }
        return code <= CLOBBERS_TOC ? 0 : 1 << code;
    }

    private static ElfFormatException failure(Symbol symbol, RelocationType type, long at, String rule) {
        return new ElfFormatException(at, "%s against %s %s".formatted(type.name(), symbol.name(), rule));
    }

    private static Relocation against(Relocation relocation, int symbol, long addend) {
        return new Relocation(relocation.offset(), symbol, relocation.type(), OptionalLong.of(addend));
    }

    private static long addend(Relocation relocation) {
        return relocation.addend().orElse(0);
    }
}

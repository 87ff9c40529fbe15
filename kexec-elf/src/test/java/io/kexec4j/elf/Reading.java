package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Calls everything that the package offers on a file, and lets only the declared exception pass. */
final class Reading {
    private interface Call {
        Object get() throws ElfFormatException;
    }

    private Reading() {}

    /** What each call returned, or its ElfFormatException. Equal for equal bytes. */
    static List<String> all(byte[] bytes) {
        List<String> results = new ArrayList<>();
        try {
            ElfFile file = ElfFile.parse(ByteBuffer.wrap(bytes));
            results.add(file.header().toString());
            file.programHeaders().forEach(segment -> results.add(result(() -> file.content(segment))));
            for (Section section : file.sections()) {
                results.add(result(() -> file.content(section)));
                switch (section.type()) {
                    case Section.SHT_SYMTAB, Section.SHT_DYNSYM -> results.add(result(() -> file.symbols(section)));
                    case Section.SHT_REL, Section.SHT_RELA -> results.add(result(() -> file.relocations(section)));
                    default -> {}
                }
            }
            results.add(result(file::notes));
            results.add(result(() -> link(file)));
        } catch (ElfFormatException e) {
            results.add(e.toString());
        }
        return results;
    }

    private static Object link(ElfFile file) throws ElfFormatException {
        RelocatableObject object = RelocatableObject.of(file);
        long address = Math.max(object.alignment(), 0x1000);
        LinkedObject linked;
        try {
            linked = object.link(address);
        } catch (IllegalArgumentException e) {
            // An object may be as large as the address space; then the caller's address is wrong, not the file.
            return e.toString();
        }
        List<String> results = new ArrayList<>();
        for (Symbol symbol : file.symbols()) {
            results.add(found(() -> linked.symbolAddress(symbol.name())));
            results.add(found(() -> {
                long size = linked.symbolSize(symbol.name());
                return linked.patch(symbol.name(), new byte[(int) Math.min(size & Long.MAX_VALUE, 4096)])
                        .address();
            }));
        }
        return results;
    }

    /** Not every symbol is a global one with content, so a caller that asks for all of them is wrong about some. */
    private static String found(Call call) {
        try {
            return result(call);
        } catch (IllegalArgumentException e) {
            return e.toString();
        }
    }

    private static String result(Call call) {
        try {
            return String.valueOf(call.get());
        } catch (ElfFormatException e) {
            return e.toString();
        }
    }
}

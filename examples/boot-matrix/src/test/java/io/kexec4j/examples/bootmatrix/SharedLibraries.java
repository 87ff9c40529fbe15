package io.kexec4j.examples.bootmatrix;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.elf.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The shared libraries that programs need, the loader among them, as their dynamic sections name them (gABI, chapter 5). */
final class SharedLibraries {
    private static final long DT_NEEDED = 1;
    private static final int DYNAMIC_ENTRY = 16;

    private SharedLibraries() {}

    /**
     * Finds them and what they need themselves.
     *
     * @param programs for 64 bits, and libraries of their own, which are not looked for
     * @param root that has the others
     * @return files of the root; none for a program that is linked statically
     */
    static Set<Path> of(Collection<Path> programs, Root root) throws IOException {
        Set<String> known = new HashSet<>();
        programs.forEach(program -> known.add(program.getFileName().toString()));
        Set<Path> libraries = new TreeSet<>();
        Deque<Path> unread = new ArrayDeque<>(programs);
        while (!unread.isEmpty()) {
            for (String name : needs(unread.remove())) {
                if (known.add(name)) {
                    Path library = root.library(name);
                    libraries.add(library);
                    unread.add(library);
                }
            }
        }
        return libraries;
    }

    private static List<String> needs(Path program) throws IOException {
        ElfFile file = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(program)));
        List<String> names = new ArrayList<>();
        for (ProgramHeader header : file.programHeaders()) {
            if (header.type() == ProgramHeader.PT_INTERP) {
                names.add(text(file.content(header)));
            }
        }
        Optional<Section> dynamic = file.section(".dynamic");
        Optional<Section> strings = file.section(".dynstr");
        if (dynamic.isPresent() && strings.isPresent()) {
            ByteBuffer entries = file.content(dynamic.get());
            for (; entries.remaining() >= DYNAMIC_ENTRY; ) {
                long tag = entries.getLong();
                int value = (int) entries.getLong();
                if (tag == DT_NEEDED) {
                    names.add(text(file.content(strings.get()).position(value)));
                }
            }
        }
        return names;
    }

    /** What lies before a NUL. */
    private static String text(ByteBuffer bytes) {
        String rest = StandardCharsets.UTF_8.decode(bytes).toString();
        return rest.substring(0, rest.indexOf('\0'));
    }
}

package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.util.Arrays;

/**
 * Where the sections of a relocatable object lie in memory: those with content in the order of the file, then those without
 * (.bss). Knows nothing of architectures.
 */
final class SectionLayout {
    /** Largest content of an object, padding included. It bounds what a small hostile file makes this class allocate. */
    static final int MAX_CONTENT = 64 << 20;

    private static final long NOT_LOADED = -1;

    private final ElfFile file;
    private final long[] offsets;
    private final long contentSize;
    private final long memorySize;
    private final long alignment;

    private SectionLayout(ElfFile file, long[] offsets, long contentSize, long memorySize, long alignment) {
        this.file = file;
        this.offsets = offsets;
        this.contentSize = contentSize;
        this.memorySize = memorySize;
        this.alignment = alignment;
    }

    static SectionLayout of(ElfFile file) throws ElfFormatException {
        long[] offsets = new long[file.sections().size()];
        Arrays.fill(offsets, NOT_LOADED);
        long contentSize = 0;
        long memorySize = 0;
        long alignment = 1;
        for (boolean content : new boolean[] {true, false}) {
            for (Section section : file.sections()) {
                if (section.has(Section.SHF_ALLOC) && content == (section.type() != Section.SHT_NOBITS)) {
                    long header = file.headerOffset(section);
                    verifyLoadable(section, header);
                    alignment = Math.max(alignment, section.alignment());
                    offsets[section.index()] = alignUp(memorySize, Math.max(section.alignment(), 1), header);
                    memorySize = sum(offsets[section.index()], section.size(), header);
                    verify(
                            !content || memorySize <= MAX_CONTENT,
                            header,
                            "the content of a relocatable object must not exceed 64 MiB");
                }
            }
            contentSize = content ? memorySize : contentSize;
        }
        return new SectionLayout(file, offsets, contentSize, memorySize, alignment);
    }

    private static void verifyLoadable(Section section, long header) throws ElfFormatException {
        verify(section.type() != Section.SHT_NULL, header, "a section of type SHT_NULL cannot be loaded");
        verify(!section.has(Section.SHF_TLS), header, "thread-local sections (SHF_TLS) cannot be linked");
        verify(!section.has(Section.SHF_COMPRESSED), header, "a section to load must not be SHF_COMPRESSED");
        verify(
                section.alignment() >= 0 && Long.bitCount(section.alignment()) <= 1,
                header,
                "sh_addralign must be 0 or a power of two below 2^63");
    }

    private static long alignUp(long offset, long alignment, long header) throws ElfFormatException {
        return sum(offset, alignment - 1, header) & -alignment;
    }

    private static long sum(long a, long b, long header) throws ElfFormatException {
        verify(
                b >= 0 && a <= Long.MAX_VALUE - b,
                header,
                "the sections of an object must not exceed 2^63 bytes together");
        return a + b;
    }

    /** Bytes of the sections with content, from the load address. */
    int contentSize() {
        return (int) contentSize;
    }

    /** Bytes of all sections, from the load address. */
    long memorySize() {
        return memorySize;
    }

    /** The largest alignment of a section. */
    long alignment() {
        return alignment;
    }

    boolean isLoaded(int section) {
        return offsets[section] != NOT_LOADED;
    }

    /** Where a loaded section lies, in bytes from the load address. */
    long offset(int section) {
        return offsets[section];
    }

    /** Whether the section has content, and not just memory. */
    boolean hasContent(int section) {
        return isLoaded(section) && file.sections().get(section).type() != Section.SHT_NOBITS;
    }

    /** The sections with content, not yet relocated. */
    byte[] content() throws ElfFormatException {
        byte[] content = new byte[contentSize()];
        for (Section section : file.sections()) {
            if (hasContent(section.index())) {
                file.content(section).get(content, (int) offset(section.index()), (int) section.size());
            }
        }
        return content;
    }
}

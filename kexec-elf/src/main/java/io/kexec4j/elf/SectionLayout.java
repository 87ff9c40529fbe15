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

    /** Largest alignment of a section with content, that of the largest pages in common use: it bounds the padding. */
    private static final long MAX_CONTENT_ALIGNMENT = 64 << 10;

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
                    verifyLoadable(file, section, content);
                    alignment = Math.max(alignment, section.alignment());
                    long size = file.field(section, Section.Field.SIZE);
                    offsets[section.index()] = alignUp(
                            memorySize, Math.max(section.alignment(), 1), file.field(section, Section.Field.ALIGNMENT));
                    memorySize = sum(offsets[section.index()], section.size(), size);
                    verify(
                            !content || memorySize <= MAX_CONTENT,
                            size,
                            "the content of a relocatable object must not exceed 64 MiB");
                }
            }
            contentSize = content ? memorySize : contentSize;
        }
        return new SectionLayout(file, offsets, contentSize, memorySize, alignment);
    }

    private static void verifyLoadable(ElfFile file, Section section, boolean content) throws ElfFormatException {
        long type = file.field(section, Section.Field.TYPE);
        long flags = file.field(section, Section.Field.FLAGS);
        long alignment = file.field(section, Section.Field.ALIGNMENT);
        verify(section.type() != Section.SHT_NULL, type, "a section of type SHT_NULL cannot be loaded");
        verify(!section.has(Section.SHF_TLS), flags, "thread-local sections (SHF_TLS) cannot be linked");
        verify(!section.has(Section.SHF_COMPRESSED), flags, "a section to load must not be SHF_COMPRESSED");
        verify(
                section.alignment() >= 0 && Long.bitCount(section.alignment()) <= 1,
                alignment,
                "sh_addralign must be 0 or a power of two below 2^63");
        verify(
                !content || section.alignment() <= MAX_CONTENT_ALIGNMENT,
                alignment,
                "sh_addralign of a section with content must not exceed 64 KiB");
    }

    private static long alignUp(long offset, long alignment, long field) throws ElfFormatException {
        return sum(offset, alignment - 1, field) & -alignment;
    }

    private static long sum(long a, long b, long field) throws ElfFormatException {
        verify(
                b >= 0 && a <= Long.MAX_VALUE - b,
                field,
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

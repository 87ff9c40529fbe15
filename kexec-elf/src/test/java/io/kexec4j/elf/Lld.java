package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The linker of LLVM, to compare with. Its output is {@code linked} in the directory. */
final class Lld {
    private Lld() {}

    /** Both linkers make the same of an object: content, size and symbols. */
    static void assertSame(Path directory, Path object, long address) throws Exception {
        assertSame(directory, object, object, address);
    }

    /** The same for an object that the other linker needs in another form, with the same sections. */
    static void assertSame(Path directory, Path object, Path theirObject, long address) throws Exception {
        ElfFile file = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(object)));
        RelocatableObject parsed = RelocatableObject.of(file);
        LinkedObject ours = parsed.link(address);
        Tools.Result result = link(directory, theirObject, address);
        assertThat(result.status()).as(result.output()).isZero();

        ElfFile theirs = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(directory.resolve("linked"))));
        ByteBuffer content = ByteBuffer.allocate((int) parsed.contentSize());
        long end = address;
        for (Section section : theirs.sections()) {
            if (isOfObject(section, file) && section.has(Section.SHF_ALLOC) && section.size() != 0) {
                ByteBuffer bytes = theirs.content(section);
                end = section.address() + section.size();
                if (bytes.hasRemaining()) {
                    content.position((int) (section.address() - address)).put(bytes);
                }
            }
        }
        assertThat(ours.content()).as("address 0x%x", address).isEqualTo(content.array());
        assertThat(ours.memorySize()).isEqualTo(end - address);
        for (Symbol symbol : theirs.symbols()) {
            if (symbol.binding() == Symbol.STB_GLOBAL && symbol.isDefined()) {
                assertThat(ours.symbolAddress(symbol.name())).as(symbol.name()).isEqualTo(symbol.value());
                assertThat(ours.symbolSize(symbol.name())).as(symbol.name()).isEqualTo(symbol.size());
            }
        }
    }

    /** The linker adds a .got for ppc64 objects, even an empty one, to know where the TOC starts. */
    private static boolean isOfObject(Section section, ElfFile object) throws ElfFormatException {
        return object.section(section.name()).isPresent();
    }

    /** Sections in the order of the object, those without content last; -O0, so that equal strings are not merged. */
    static Tools.Result link(Path directory, Path object, long address) throws Exception {
        ElfFile file = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(object)));
        StringBuilder script = new StringBuilder("PHDRS { object PT_LOAD; toc PT_LOAD; }\n");
        script.append("SECTIONS {\n. = 0x%x;\n".formatted(address));
        for (boolean content : new boolean[] {true, false}) {
            for (Section section : file.sections()) {
                if (section.has(Section.SHF_ALLOC) && content == (section.type() != Section.SHT_NOBITS)) {
                    script.append("%s : { *(%s) } :object\n".formatted(section.name(), section.name()));
                }
            }
        }
        if (file.header().machine() == ElfHeader.EM_PPC64) {
            long pointer =
                    new Ppc64Relocator().abi(file, SectionLayout.of(file)).globalPointer();
            script.append(".got 0x%x : { *(.got) } :toc\n".formatted(address + pointer - 0x8000));
        }
        Path path = directory.resolve("script.ld");
        Files.writeString(path, script.append("}\n"));
        return Tools.tryRun(
                "ld.lld",
                "-O0",
                "--no-relax",
                "--no-toc-optimize",
                "--no-pcrel-optimize",
                "--no-check-sections",
                "--entry=0",
                "-T",
                path,
                "-o",
                directory.resolve("linked"),
                object);
    }
}

package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.RelocatableObject;
import io.kexec4j.elf.Relocation;
import io.kexec4j.elf.Section;
import io.kexec4j.elf.Symbol;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed object itself: what a change of its sources or of the compiler must not bring in. */
class X86ObjectTest {
    private static final int R_X86_64_64 = 1;
    private static final int R_X86_64_PC32 = 2;
    private static final int R_X86_64_PLT32 = 4;

    /** The object as it lies in the jar. */
    static ByteBuffer file() {
        try (InputStream stream =
                Objects.requireNonNull(X86Purgatory.class.getResourceAsStream(X86Purgatory.RESOURCE))) {
            return ByteBuffer.wrap(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ElfFile object() throws ElfFormatException {
        return ElfFile.parse(file());
    }

    @Test
    void relocationsWorkAtAnyAddress() throws ElfFormatException {
        ElfFile object = object();
        assertThat(object.header().type()).isEqualTo(ElfHeader.ET_REL);
        for (Section table : object.sections()) {
            assertThat(table.type()).isNotEqualTo(Section.SHT_REL);
            if (table.type() == Section.SHT_RELA) {
                assertThat(object.relocations(table))
                        .extracting(Relocation::type)
                        .isSubsetOf(R_X86_64_64, R_X86_64_PC32, R_X86_64_PLT32);
            }
        }
    }

    @Test
    void nothingIsUndefined() throws ElfFormatException {
        assertThat(object().symbols().stream().skip(1)).allMatch(Symbol::isDefined);
    }

    @Test
    void sectionsNeedNoPagesOfTheirOwn() throws ElfFormatException {
        assertThat(object().sections())
                .filteredOn(section -> section.has(Section.SHF_ALLOC))
                .extracting(Section::name)
                .containsExactly(".text", ".rodata", ".data", ".bss");
        RelocatableObject laidOut = RelocatableObject.parse(file());
        assertThat(laidOut.alignment()).isBetween(16L, 64L);
        assertThat(laidOut.memorySize()).isLessThanOrEqualTo(16 * 1024);
    }

    @Test
    void itTellsNothingAboutTheMachineThatBuiltIt() throws ElfFormatException {
        assertThat(object().sections())
                .extracting(Section::name)
                .noneMatch(name -> name.startsWith(".debug") || name.startsWith(".note") || name.equals(".comment"));
        assertThat(object().symbols()).extracting(Symbol::type).doesNotContain(Symbol.STT_FILE);
        String text = StandardCharsets.ISO_8859_1.decode(file()).toString();
        assertThat(text).doesNotContain("/tmp", "/home", ".c\0", ".S\0", "clang");
    }

    /** The relocations as somebody else applies them. */
    @ParameterizedTest
    @ValueSource(longs = {0x1000, 0x1e00_0000, 0x1_4000_0000L, 0x7f_ffff_f000L})
    void lldLinksTheSameBytes(long address, @TempDir Path folder) throws IOException, InterruptedException {
        Optional<Path> lld = tool("ld.lld", "ld.lld-14");
        assumeThat(lld).as("ld.lld is on the PATH: apt-get install lld").isPresent();

        Path input = folder.resolve("x86_64.o");
        Files.write(input, file().array());
        Path script = Files.writeString(folder.resolve("at.ld"), """
                SECTIONS {
                    . = 0x%x;
                    .text : { *(.text) }
                    .rodata : { *(.rodata) }
                    .data : { *(.data) }
                    .bss : { *(.bss) }
                }
                """.formatted(address));
        Path output = folder.resolve("linked");
        Process process = new ProcessBuilder(
                        lld.orElseThrow().toString(),
                        "-static",
                        "-e",
                        X86Purgatory.ENTRY,
                        "-T",
                        script.toString(),
                        "-o",
                        output.toString(),
                        input.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();

        ElfFile expected = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(output)));
        var linked = RelocatableObject.parse(file()).link(address);
        assertThat(linked.symbolAddress(X86Purgatory.ENTRY))
                .isEqualTo(expected.header().entry());
        for (String name : new String[] {".text", ".rodata", ".data"}) {
            Section section = expected.section(name).orElseThrow();
            int offset = (int) (section.address() - address);
            assertThat(ByteBuffer.wrap(linked.content(), offset, (int) section.size()))
                    .as(name)
                    .isEqualTo(expected.content(section));
        }
    }

    private static Optional<Path> tool(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}

package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.LinkedObject;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A committed object itself: what a change of its sources or of the compiler must not bring in. */
abstract class ObjectContract {
    /** The parameters that every purgatory has, with their sizes in bytes. */
    private static final Map<String, Long> COMMON_PARAMETERS = Map.of(
            "purgatory_checks",
            1280L,
            "purgatory_check_count",
            4L,
            "purgatory_on_mismatch",
            4L,
            "purgatory_backup",
            24L);

    private final String resource;

    ObjectContract(String resource) {
        this.resource = resource;
    }

    /** The types of relocation that make the code run at any address. */
    abstract List<Integer> relocationTypes();

    /** The sections with SHF_ALLOC, of which those with content come first. */
    abstract List<String> sections();

    /** The parameters that only this architecture has, with their sizes in bytes. */
    abstract Map<String, Long> parameters();

    static ByteBuffer file(String resource) {
        try (InputStream stream = Objects.requireNonNull(ObjectContract.class.getResourceAsStream(resource))) {
            return ByteBuffer.wrap(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As it lies in the jar. */
    final ByteBuffer file() {
        return file(resource);
    }

    final ElfFile object() throws ElfFormatException {
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
                        .isNotEmpty()
                        .extracting(Relocation::type)
                        .isSubsetOf(relocationTypes());
            }
        }
    }

    /** The names of symbols that every linker defines by itself. */
    Set<String> definedByLinkers() {
        return Set.of();
    }

    /** What else the other linker's script says, so that it places what it adds where this library thinks that it is. */
    String linkerScriptFor(long address) {
        return "";
    }

    @Test
    void nothingIsUndefined() throws ElfFormatException {
        assertThat(object().symbols().stream().skip(1))
                .isNotEmpty()
                .allMatch(symbol -> symbol.isDefined() != definedByLinkers().contains(symbol.name()));
    }

    @Test
    void sectionsAreThoseOfTheLinkerScript() throws ElfFormatException {
        assertThat(object().sections())
                .filteredOn(section -> section.has(Section.SHF_ALLOC))
                .extracting(Section::name)
                .isEqualTo(sections());
    }

    /** A loader can only write what has bytes in the file, and only of the size that both sides know. */
    @Test
    void parametersAreThoseOfTheDocumentation() throws ElfFormatException {
        ElfFile object = object();
        int data = object.sections().indexOf(object.section(".data").orElseThrow());
        Map<String, Long> expected = new TreeMap<>(COMMON_PARAMETERS);
        expected.putAll(parameters());
        assertThat(object.symbols().stream()
                        .filter(symbol -> symbol.type() == Symbol.STT_OBJECT
                                && symbol.binding() == Symbol.STB_GLOBAL
                                && symbol.sectionIndex() == data)
                        .collect(Collectors.toMap(Symbol::name, Symbol::size)))
                .isEqualTo(expected);
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
        ElfFile expected = linkedByLld(address, folder);
        LinkedObject linked = RelocatableObject.parse(file()).link(address);
        assertThat(linked.symbolAddress(Purgatory.ENTRY))
                .isEqualTo(expected.header().entry());
        for (String name : new String[] {".text", ".rodata", ".data"}) {
            Section section = expected.section(name).orElseThrow();
            int offset = (int) (section.address() - address);
            assertThat(ByteBuffer.wrap(linked.content(), offset, (int) section.size()))
                    .as(name)
                    .isEqualTo(expected.content(section));
        }
    }

    private ElfFile linkedByLld(long address, Path folder) throws IOException, InterruptedException {
        Optional<Path> lld = tool("ld.lld", "ld.lld-14");
        assumeThat(lld).as("ld.lld is on the PATH: apt-get install lld").isPresent();

        Path input = Files.write(folder.resolve("purgatory.o"), file().array());
        String placed = sections().stream()
                .map(name -> "%s : { *(%s) } :object\n".formatted(name, name))
                .collect(Collectors.joining());
        Path script = Files.writeString(
                folder.resolve("at.ld"),
                "PHDRS { object PT_LOAD; linker PT_LOAD; }\nSECTIONS {\n. = 0x%x;\n%s%s}\n"
                        .formatted(address, placed, linkerScriptFor(address)));
        Path output = folder.resolve("linked");
        Process process = new ProcessBuilder(
                        lld.orElseThrow().toString(),
                        "-static",
                        "--no-relax",
                        "--no-toc-optimize",
                        "--no-check-sections",
                        "-e",
                        Purgatory.ENTRY,
                        "-T",
                        script.toString(),
                        "-o",
                        output.toString(),
                        input.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        return ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(output)));
    }

    private static Optional<Path> tool(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}

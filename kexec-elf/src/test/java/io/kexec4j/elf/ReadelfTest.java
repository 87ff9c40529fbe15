package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader says what readelf of GNU binutils says. */
class ReadelfTest {
    private static final String SOURCE = """
            int counter = 3;
            static int table[10];
            extern int elsewhere;
            const char *const text = "text";
            __attribute__((weak)) int maybe(void);
            __attribute__((visibility("hidden"))) int hidden(int i) { return table[i] + elsewhere; }
            int function(int i) { return counter + hidden(i) + (maybe ? maybe() : 0); }
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void needsReadelf() {
        Tools.assume("readelf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/ls",
                "/bin/bash",
                "/usr/bin/readelf",
                "/lib/x86_64-linux-gnu/libc.so.6",
                "/lib64/ld-linux-x86-64.so.2",
                "/usr/lib/x86_64-linux-gnu/crt1.o"
            })
    void systemFiles(String path) throws Exception {
        assumeTrue(Files.isReadable(Path.of(path)), path + " does not exist here");
        compare(Path.of(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x86_64-unknown-none-elf",
                "i386-unknown-none-elf",
                "aarch64-unknown-none-elf",
                "aarch64_be-unknown-none-elf",
                "armv7-unknown-none-eabi",
                "powerpc64-unknown-linux-gnu",
                "powerpc64le-unknown-linux-gnu",
                "powerpc-unknown-none-elf",
                "riscv64-unknown-none-elf",
                "s390x-unknown-linux-gnu"
            })
    void objectsOfManyArchitectures(String target) throws Exception {
        Tools.assume("clang");
        compare(Tools.compile(directory, target, SOURCE, "-O1", "-g"));
    }

    @Test
    void moreSectionsThan16BitsCount() throws Exception {
        Tools.assume("clang");
        StringBuilder source = new StringBuilder(".data\n");
        for (int i = 0; i < 0x10010; i++) {
            source.append(".section .data.").append(i).append(",\"aw\"\n");
            source.append(i % 5000 == 0 || i > 0x10000 ? "symbol%d: .byte 1\n".formatted(i) : "");
        }
        compare(Tools.compile(directory, "x86_64-unknown-none-elf", source.toString()));
    }

    /** Generated files, so that the test-side builder is checked too. */
    @Test
    void generatedFiles() throws Exception {
        for (ElfImage image : Fixtures.all()) {
            Path path = directory.resolve("generated");
            Files.write(path, image.bytes());
            compare(path);
        }
    }

    /** What the SDK itself writes. */
    @ParameterizedTest
    @EnumSource
    void writtenFiles(ElfClass elfClass) throws Exception {
        for (int seed = 0; seed < 10; seed++) {
            ElfLayoutTest.WrittenFile written =
                    ElfLayoutTest.WrittenFile.random(seed, elfClass, Fixtures.ORDERS.get(seed % 2));
            Path path = directory.resolve("written");
            Files.write(path, written.bytes());
            ElfFile file = ElfFile.parse(ByteBuffer.wrap(written.bytes()));
            compareHeader(file, Tools.run("readelf", "-hW", path));
            compareSegments(file, Tools.run("readelf", "-lW", path));
            compareNotes(file, Tools.run("readelf", "-nW", path));
        }
    }

    @ParameterizedTest
    @EnumSource
    void coreHeaders(ElfClass elfClass) throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            CoreHeader written = RawCoreHeader.random(seed, elfClass, Fixtures.ORDERS.get(seed % 2));
            byte[] bytes = new byte[(int) written.size()];
            written.bytes().get(bytes);
            Path path = directory.resolve("core");
            Files.write(path, bytes);
            ElfFile file = ElfFile.parse(written.bytes());
            compareHeader(file, Tools.run("readelf", "-hW", path));
            compareSegments(file, Tools.run("readelf", "-lW", path));
        }
    }

    @Test
    void moreSegmentsThan16BitsCount() throws Exception {
        ElfLayout.Builder builder = ElfLayoutTest.core();
        for (int i = 0; i < 0x10010; i++) {
            builder.segment(ElfLayoutTest.load(i * 0x1000L, 0x1000, 0));
        }
        ElfLayout layout = builder.build();
        byte[] bytes = new byte[layout.head().remaining()];
        layout.head().get(bytes);
        Path path = directory.resolve("many");
        Files.write(path, bytes);
        ElfFile file = ElfFile.parse(layout.head());
        compareHeader(file, Tools.run("readelf", "-hW", path));
        compareSegments(file, Tools.run("readelf", "-lW", path));
    }

    private static void compare(Path path) throws IOException, InterruptedException {
        ElfFile file = ElfFile.parse(ByteBuffer.wrap(Files.readAllBytes(path)));
        compareHeader(file, Tools.run("readelf", "-hW", path));
        compareSections(file, Tools.run("readelf", "-SW", path));
        compareSegments(file, Tools.run("readelf", "-lW", path));
        compareSymbols(file, Tools.run("readelf", "-sW", path));
        compareRelocations(file, Tools.run("readelf", "-rW", path));
        compareNotes(file, Tools.run("readelf", "-nW", path));
    }

    private static void compareHeader(ElfFile file, String output) {
        ElfHeader header = file.header();
        assertThat(value(output, "Class")).isEqualTo(header.elfClass().name());
        assertThat(value(output, "Data").endsWith("little endian"))
                .isEqualTo(header.order() == ByteOrder.LITTLE_ENDIAN);
        assertThat(Integer.decode(value(output, "ABI Version"))).isEqualTo(header.abiVersion());
        List<String> types = List.of("NONE", "REL", "EXEC", "DYN", "CORE");
        assertThat(value(output, "Type")).startsWith(types.get(header.type()));
        assertThat(Long.decode(value(output, "Entry point address"))).isEqualTo(header.entry());
        assertThat(number(output, "Start of program headers")).isEqualTo(header.programHeaderOffset());
        assertThat(number(output, "Start of section headers")).isEqualTo(header.sectionHeaderOffset());
        assertThat(Long.decode(first(value(output, "Flags")).replace(",", "")).intValue())
                .isEqualTo(header.flags());
        assertThat(number(output, "Size of this header")).isEqualTo(header.headerSize());
        assertThat(extended(output, "Number of program headers")).isEqualTo(header.programHeaderCount());
        assertThat(extended(output, "Number of section headers")).isEqualTo(header.sectionCount());
        assertThat(extended(output, "Section header string table index")).isEqualTo(header.sectionNameIndex());
    }

    private static void compareSections(ElfFile file, String output) {
        String hex = " +([0-9a-f]+)";
        List<MatchResult> rows = find(
                "^ +\\[ *(\\d+)\\] (.*?) +([A-Z][A-Za-z_0-9]*|[0-9a-f]+: <unknown>|SYMTAB SECTION INDICES|LOOS\\+\\S+)"
                        + hex + hex + hex + hex + " +([A-Za-z]*) +(\\d+) +(\\d+) +(\\d+)$",
                output);
        assertThat(rows).hasSameSizeAs(file.sections());
        for (Section section : file.sections()) {
            MatchResult row = rows.get(section.index());
            assertThat(row.group(1)).isEqualTo(Integer.toString(section.index()));
            assertThat(row.group(2)).isEqualTo(section.name());
            assertThat(hex(row.group(4))).as(row.group()).isEqualTo(section.address());
            assertThat(hex(row.group(5))).as(row.group()).isEqualTo(section.offset());
            assertThat(hex(row.group(6))).as(row.group()).isEqualTo(section.size());
            assertThat(hex(row.group(7))).as(row.group()).isEqualTo(section.entrySize());
            assertThat(row.group(8).contains("A")).as(row.group()).isEqualTo(section.has(Section.SHF_ALLOC));
            assertThat(row.group(8).contains("W")).as(row.group()).isEqualTo(section.has(Section.SHF_WRITE));
            assertThat(row.group(8).contains("X")).as(row.group()).isEqualTo(section.has(Section.SHF_EXECINSTR));
            assertThat(row.group(9)).isEqualTo(Integer.toUnsignedString(section.link()));
            assertThat(row.group(10)).isEqualTo(Integer.toUnsignedString(section.info()));
            assertThat(row.group(11)).isEqualTo(Long.toUnsignedString(section.alignment()));
        }
    }

    private static void compareSegments(ElfFile file, String output) {
        String hex = " +0x([0-9a-f]+)";
        List<MatchResult> rows =
                find("^  (\\S+)" + hex + hex + hex + hex + hex + " ([R ])([W ])([E ]) +(?:0x)?([0-9a-f]+)$", output);
        assertThat(rows).hasSameSizeAs(file.programHeaders());
        for (int i = 0; i < rows.size(); i++) {
            MatchResult row = rows.get(i);
            ProgramHeader segment = file.programHeaders().get(i);
            assertThat(row.group(1).equals("LOAD")).isEqualTo(segment.type() == ProgramHeader.PT_LOAD);
            assertThat(row.group(1).equals("NOTE")).isEqualTo(segment.type() == ProgramHeader.PT_NOTE);
            assertThat(hex(row.group(2))).as(row.group()).isEqualTo(segment.offset());
            assertThat(hex(row.group(3))).as(row.group()).isEqualTo(segment.virtualAddress());
            assertThat(hex(row.group(4))).as(row.group()).isEqualTo(segment.physicalAddress());
            assertThat(hex(row.group(5))).as(row.group()).isEqualTo(segment.fileSize());
            assertThat(hex(row.group(6))).as(row.group()).isEqualTo(segment.memorySize());
            int flags = (row.group(7).equals("R") ? ProgramHeader.PF_R : 0)
                    | (row.group(8).equals("W") ? ProgramHeader.PF_W : 0)
                    | (row.group(9).equals("E") ? ProgramHeader.PF_X : 0);
            assertThat(flags).as(row.group()).isEqualTo(segment.flags());
            assertThat(hex(row.group(10))).as(row.group()).isEqualTo(segment.alignment());
        }
    }

    private static void compareSymbols(ElfFile file, String output) throws ElfFormatException {
        List<Symbol> symbols = new ArrayList<>();
        for (Section section : file.sections()) {
            if (section.type() == Section.SHT_SYMTAB || section.type() == Section.SHT_DYNSYM) {
                symbols.addAll(file.symbols(section));
            }
        }
        Map<Integer, String> sections =
                Map.of(Symbol.SHN_UNDEF, "UND", Symbol.SHN_ABS, "ABS", Symbol.SHN_COMMON, "COM");
        Map<String, Integer> bindings = Map.of("LOCAL", 0, "GLOBAL", 1, "WEAK", 2, "UNIQUE", 10);
        List<String> types =
                List.of("NOTYPE", "OBJECT", "FUNC", "SECTION", "FILE", "COMMON", "TLS", "", "", "", "IFUNC");
        List<String> visibilities = List.of("DEFAULT", "INTERNAL", "HIDDEN", "PROTECTED");
        List<MatchResult> rows = find(
                "^ +(\\d+): ([0-9a-f]+) +(\\S+) (\\S+) +(\\S+) +(\\S+) +(?:\\[[^]]*\\] +)?(\\S+)(?: (\\S*))?.*$",
                output);
        assertThat(rows).hasSameSizeAs(symbols);
        for (int i = 0; i < rows.size(); i++) {
            MatchResult row = rows.get(i);
            Symbol symbol = symbols.get(i);
            assertThat(row.group(1)).isEqualTo(Integer.toString(symbol.index()));
            assertThat(hex(row.group(2))).as(row.group()).isEqualTo(symbol.value());
            assertThat(Long.decode(row.group(3))).as(row.group()).isEqualTo(symbol.size());
            assertThat(row.group(4)).isEqualTo(types.get(symbol.type()));
            assertThat(bindings.get(row.group(5))).as(row.group()).isEqualTo(symbol.binding());
            assertThat(row.group(6)).isEqualTo(visibilities.get(symbol.visibility()));
            assertThat(row.group(7))
                    .isEqualTo(sections.getOrDefault(symbol.sectionIndex(), Integer.toString(symbol.sectionIndex())));
            if (symbol.type() != Symbol.STT_SECTION) {
                assertThat(row.group(8).replaceFirst("@.*", ""))
                        .isEqualTo(symbol.name().replaceFirst("@.*", ""));
            }
        }
    }

    private static void compareRelocations(ElfFile file, String output) throws ElfFormatException {
        List<String> ours = new ArrayList<>();
        for (Section section : file.sections()) {
            if (section.type() == Section.SHT_REL || section.type() == Section.SHT_RELA) {
                for (Relocation relocation : file.relocations(section)) {
                    int low = file.header().elfClass() == ElfClass.ELF64 ? 32 : 8;
                    long info = (long) relocation.symbol() << low | Integer.toUnsignedLong(relocation.type());
                    long mask = file.header().elfClass() == ElfClass.ELF64 ? -1 : 0xffffffffL;
                    String addend = relocation.addend().isPresent()
                            ? Long.toHexString(relocation.addend().getAsLong() & mask)
                            : "";
                    ours.add("%x %x %s".formatted(relocation.offset(), info, addend));
                }
            }
        }
        List<String> theirs = new ArrayList<>();
        for (MatchResult row : find("^([0-9a-f]{8,16}) +([0-9a-f]{8,16}) +R_\\S+ *(.*)$", output)) {
            String tail = "";
            boolean addends = output.substring(0, row.start()).lastIndexOf("+ Addend")
                    > output.substring(0, row.start()).lastIndexOf("Sym. Name\n");
            if (addends) {
                MatchResult addend = find("([+-]? ?)([0-9a-f]+)$", row.group(3)).get(0);
                long value = hex(addend.group(2)) * (addend.group(1).startsWith("-") ? -1 : 1);
                tail = Long.toHexString(value & (row.group(1).length() > 8 ? -1 : 0xffffffffL));
            }
            theirs.add("%x %x %s".formatted(hex(row.group(1)), hex(row.group(2)), tail));
        }
        assertThat(ours).containsExactlyElementsOf(theirs);
    }

    /** readelf shows the notes of sections. The segments of our generated files hold others, of the same kinds. */
    private static void compareNotes(ElfFile file, String output) throws ElfFormatException {
        List<String> theirs = find("^  (\\S+) +0x([0-9a-f]{8})\t.*$", output).stream()
                .map(row -> row.group(1).replace("(NONE)", "") + " " + hex(row.group(2)))
                .toList();
        List<String> ours = file.notes().stream()
                .map(note -> note.name() + " " + note.desc().remaining())
                .toList();
        boolean inSegments = file.header().type() == ElfHeader.ET_EXEC
                && file.section(".note.x").isPresent();
        assertThat(ours.subList(inSegments ? theirs.size() : 0, ours.size())).isEqualTo(theirs);
    }

    private static String value(String output, String key) {
        return find("^ +" + Pattern.quote(key) + ": +(.*)$", output).get(0).group(1);
    }

    private static long number(String output, String key) {
        return Long.decode(first(value(output, key)));
    }

    /** A number that may be followed by its real value from section 0 in parentheses. */
    private static long extended(String output, String key) {
        String value = value(output, key);
        int real = value.indexOf('(');
        return Long.decode(first(real < 0 ? value : value.substring(real + 1).replace(")", "")));
    }

    private static String first(String words) {
        return words.split(" ", 2)[0];
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits.toLowerCase(Locale.ROOT), 16);
    }

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.MULTILINE).matcher(text).results().toList();
    }
}

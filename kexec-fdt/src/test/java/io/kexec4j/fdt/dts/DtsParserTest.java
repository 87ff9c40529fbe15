package io.kexec4j.fdt.dts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.kexec4j.fdt.Corpus;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, limits, options and error positions; {@link SourceCasesTest} has the language. */
class DtsParserTest {
    @TempDir
    Path directory;

    private final DtsFiles files = new DtsFiles() {
        @Override
        public String text(String name) throws IOException {
            return Files.readString(directory.resolve(name));
        }

        @Override
        public ByteBuffer bytes(String name) throws IOException {
            return ByteBuffer.wrap(Files.readAllBytes(directory.resolve(name)));
        }
    };

    @Test
    void includes() throws Exception {
        write("head", "/dts-v1/; / {");
        write("value", "\"in\", /include/ \"inner\" \"cluded\"");
        write("inner", "<1>,");
        String source = "/include/ \"head\" a = /include/\"value\"; }; /include/\n\"empty\"";
        write("empty", "");

        EditableTree tree = parse(source);

        assertThat(DtsPrinter.text(tree.root().property("a").orElseThrow()))
                .isEqualTo("[69 6e 00 00 00 00 01 63" + " 6c 75 64 65 64 00]");
        compareWithDtc(source, tree);
    }

    @Test
    void includesBytes() throws Exception {
        write("data", "0123456789");
        String source = """
                /dts-v1/; / {
                a = /incbin/("data"); b = /incbin/("data", 2, 3); c = /incbin/("data", (5 + 3), 100);
                d = /incbin/("data", 20, 1); e = "x", /incbin/("data", 0, 1), l: <1>; };
                """;

        EditableTree tree = parse(source);

        assertThat(text(tree, "a")).isEqualTo("0123456789");
        assertThat(text(tree, "b")).isEqualTo("234");
        assertThat(text(tree, "c")).isEqualTo("89");
        assertThat(text(tree, "d")).isEmpty();
        assertThat(text(tree, "e")).isEqualTo("x\0" + "0\0\0\0\1");
        compareWithDtc(source, tree);
    }

    @Test
    void nothingIsReadByItself() {
        assertThatThrownBy(() -> DtsParser.parse("-", "/dts-v1/; / { a = /incbin/(\"/etc/passwd\"); };"))
                .isInstanceOf(DtsException.class)
                .hasMessage("-:1:28: cannot include /etc/passwd: no files can be included here");
    }

    @Test
    void errorsOfIncludedFilesSayWhere() throws Exception {
        write("inner", "\n\n  oops");

        assertThatThrownBy(() -> parse("/dts-v1/;\n/ { };\n/include/ \"inner\""))
                .isInstanceOfSatisfying(DtsException.class, e -> {
                    assertThat(e.position()).isEqualTo(new DtsPosition("inner", 3, 3));
                    assertThat(e.rule()).isEqualTo("a node must stand here, not the name oops");
                });
        assertThatThrownBy(() -> parse("/dts-v1/; / { a = /incbin/(\"none\"); };"))
                .isInstanceOf(DtsException.class)
                .hasCauseInstanceOf(NoSuchFileException.class);
    }

    @Test
    void filesThatIncludeThemselvesEnd() throws Exception {
        write("self", "/include/ \"self\"");
        assertThatThrownBy(() -> parse("/include/ \"self\"")).hasMessageContaining("more than 200 deep");

        write("a0", "");
        for (int i = 1; i < 40; i++) {
            String include = "/include/ \"a" + (i - 1) + "\"\n";
            write("a" + i, include + include);
        }
        assertThatThrownBy(() -> parse("/include/ \"a39\"", DtsOptions.DEFAULT.withMaxSize(10_000)))
                .hasMessageContaining("larger than 10000 bytes");
    }

    @Test
    void valuesAreLimited() throws Exception {
        write("data", "0123456789");
        DtsOptions small = DtsOptions.DEFAULT.withMaxSize(20);

        parse("/dts-v1/; / { a = /incbin/(\"data\"), /incbin/(\"data\"); };", small);

        for (String value : new String[] {
            "/incbin/(\"data\"), /incbin/(\"data\"), [00]",
            "<1 2 3 4 5 6>",
            "\"01234567890123456789\"",
            "[" + "00".repeat(21) + "]"
        }) {
            assertThatThrownBy(() -> parse("/dts-v1/; / { a = " + value + "; };", small))
                    .hasMessageContaining("larger than 20 bytes");
        }
        assertThatThrownBy(() -> parse("/dts-v1/; / { a = &x, &x, &x; x: long-name { }; };", small))
                .hasMessageContaining("larger than 20 bytes");
    }

    @Test
    void depthIsLimited() throws Exception {
        String deepest = "/dts-v1/; /" + " { n".repeat(63) + " { " + "}; ".repeat(64);

        assertThat(parse(deepest).nodes().count()).isEqualTo(64);
        assertThatThrownBy(() -> parse(deepest + "&{" + "/n".repeat(63) + "} { m { }; };"))
                .hasMessageContaining("more than 64 nodes deep");
        assertThatThrownBy(() -> parse(deepest, DtsOptions.DEFAULT.withLimits(new FdtLimits(63))))
                .hasMessageContaining("more than 63 nodes deep");
    }

    @Test
    void parenthesesCostNoStack() throws Exception {
        int count = 100_000;
        String value = "(".repeat(count) + "~".repeat(count) + "1" + ")".repeat(count);
        String ternaries = "(" + "0 ? 1 : ".repeat(count) + "7)";

        EditableTree tree = parse("/dts-v1/; / { a = <" + value + " " + ternaries + ">; };");

        assertThat(tree.root().property("a").orElseThrow().asCells()).containsExactly(1, 7);
    }

    @Test
    void manyThingsTakeNoLongTime() throws Exception {
        int count = 50_000;
        StringBuilder source = new StringBuilder("/dts-v1/; / { };\n");
        for (int i = 0; i < count; i++) {
            source.append("/ { l").append(i).append(": n").append(i).append(" { a; }; };\n");
            source.append("&l").append(i).append(" { b = <&l").append(i).append(">; };\n");
        }
        assertThat(parse(source.toString()).nodesWith("b")).hasSize(count);
    }

    @Test
    void referencesCountOnce() throws Exception {
        String source = "/dts-v1/; / { a = \"0123456789\", <&x>; x: x { }; };";

        parse(source, DtsOptions.DEFAULT.withMaxSize(11 + 4 + 4));
        assertThatThrownBy(() -> parse(source, DtsOptions.DEFAULT.withMaxSize(18)))
                .hasMessageContaining("larger than 18 bytes");
    }

    @Test
    void nodesBehindDeletedOnesAreFoundAtOnce() {
        int count = 60_000;
        StringBuilder source = new StringBuilder("/dts-v1/; / { ");
        for (int i = 0; i < count; i++) {
            source.append("/delete-node/ n").append(i).append("; ");
        }
        for (int i = 0; i < count; i++) {
            source.append('n').append(i).append(" { }; ");
        }
        source.append("}; ");
        for (int i = 0; i < count; i++) {
            source.append("&{/n").append(i).append("} { a; }; ");
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(parse(source.toString()).nodesWith("a")).hasSize(count));
    }

    @Test
    void lineDirectivesCostNoStack() throws Exception {
        String file = "\\x".repeat(100_000);
        String source = "# 1 \"" + file + "\"" + " 1".repeat(100_000) + " \r\n oops";

        assertThatThrownBy(() -> parse(source))
                .isInstanceOfSatisfying(
                        DtsException.class, e -> assertThat(e.position()).isEqualTo(new DtsPosition(file, 1, 2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#1 \"f\"",
                "# 1\"f\"",
                "# 1 \"f\"2",
                "# 1 \"f\" 2x",
                "# 1 \"f",
                "# 1 \"f\\",
                "# 1 \"f\\\n\"",
                "# 1 f",
                "# 1",
                "# \"f\"",
                "# 1234567890 \"f\"",
                "#lines 1 \"f\"",
                " # 1 \"f\""
            })
    void otherLinesAreNoDirectives(String line) {
        assertThatThrownBy(() -> parse(line + "\n/dts-v1/; / { };")).hasMessageStartingWith("-:1:");
    }

    @Test
    void byteStringsAreReadInOneGo() throws Exception {
        for (String digits : new String[] {"aa", "11"}) {
            int count = 1_000_000;
            String source = "/dts-v1/; / { a = [" + digits.repeat(count) + " l:" + digits + "]; };";

            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThat(parse(source)
                                    .root()
                                    .property("a")
                                    .orElseThrow()
                                    .size())
                            .isEqualTo(count + 1));
        }
    }

    @Test
    void namesOfFilesHaveNoNul() {
        for (String source :
                new String[] {"/include/ \"a\0b\"", "# 1 \"a\0b\"", "/dts-v1/; / { a = /incbin/(\"a\0b\"); };"}) {
            assertThatThrownBy(() -> parse(source))
                    .isInstanceOf(DtsException.class)
                    .hasMessageEndingWith(": the name of a file has no NUL in it");
        }
    }

    @Test
    void lineDirectivesDoNotChangeWhichFileItIs() throws Exception {
        List<String> asked = new ArrayList<>();
        DtsFiles noted = new DtsFiles() {
            @Override
            public String resolve(String name, String from) {
                asked.add(from + " > " + name);
                return from + "/" + name;
            }

            @Override
            public String text(String name) {
                asked.add("text " + name);
                return "# 7 \"elsewhere\"\na = /incbin/(\"c\");";
            }

            @Override
            public ByteBuffer bytes(String name) {
                asked.add("bytes " + name);
                return ByteBuffer.allocate(1);
            }
        };
        DtsParser.parse(
                "m",
                "# 1 \"other\"\n/dts-v1/; / { /include/ \"b\"\nd = /incbin/(\"e\"); };",
                noted,
                DtsOptions.DEFAULT);

        assertThat(asked).containsExactly("m > b", "text m/b", "m/b > c", "bytes m/b/c", "m > e", "bytes m/e");
    }

    @Test
    void errorsAreOfTheTextOrOfTheTree() {
        for (String tree : new String[] {
            "a; a;",
            "n { }; n { };",
            "a = <&x>;",
            "a = &x;",
            "l: n { }; l: m { };",
            "n { phandle = <0>; };",
            "n@1@2 { };"
        }) {
            assertThatThrownBy(() -> parse("/dts-v1/; / { " + tree + " };"))
                    .isInstanceOfSatisfying(
                            DtsException.class, e -> assertThat(e.kind()).isEqualTo(DtsException.Kind.TREE));
        }
        for (String text : new String[] {"a = <;", "n { }; a;", "a = <(1 / 0)>;", "a = /incbin/(\"none\");"}) {
            assertThatThrownBy(() -> parse("/dts-v1/; / { " + text + " };"))
                    .isInstanceOfSatisfying(
                            DtsException.class, e -> assertThat(e.kind()).isEqualTo(DtsException.Kind.SYNTAX));
        }
    }

    @Test
    void bootCpu() throws Exception {
        String source = "/dts-v1/; / { cpus { cpu@7 { reg = <7>; }; }; };";

        assertThat(parse(source).bootCpuid()).isEqualTo(7);
        assertThat(parse(source, DtsOptions.DEFAULT.withBootCpuid(3)).bootCpuid())
                .isEqualTo(3);
        assertThat(DtsOptions.DEFAULT.bootCpuid()).isEqualTo(OptionalInt.empty());
    }

    @Test
    void localFixupsOfABase() throws Exception {
        String source = "/dts-v1/; / { a = <1 &x>; x: n { b = &x; }; };";

        assertThat(parse(source).node("/__local_fixups__")).isEmpty();
        EditableTree tree = parse(source, DtsOptions.DEFAULT.withLocalFixups(true));
        assertThat(tree.node("/__local_fixups__")
                        .orElseThrow()
                        .property("a")
                        .orElseThrow()
                        .asCells())
                .containsExactly(4);
        assertThat(tree.node("/__fixups__")).isEmpty();
    }

    /** Fixups that a source has already are kept, and come first. */
    @Test
    void fixupsAreAddedToThoseThatAreThere() throws Exception {
        EditableTree tree = parse("""
                /dts-v1/; /plugin/;
                / { p = <&l &x &m>; x: x { };
                    __fixups__ { l = "/:p:0"; m = "old"; }; __local_fixups__ { p = <9>; }; };
                """);

        assertThat(tree.node("/__fixups__")
                        .orElseThrow()
                        .property("l")
                        .orElseThrow()
                        .asStrings())
                .containsExactly("/:p:0");
        assertThat(tree.node("/__fixups__")
                        .orElseThrow()
                        .property("m")
                        .orElseThrow()
                        .asStrings())
                .containsExactly("old", "/:p:8");
        assertThat(tree.node("/__local_fixups__")
                        .orElseThrow()
                        .property("p")
                        .orElseThrow()
                        .asCells())
                .containsExactly(9, 4);
        assertThatThrownBy(() -> parse("/dts-v1/; /plugin/; / { p = <&l>; __fixups__ { l = [41]; }; };"))
                .isInstanceOf(DtsException.class)
                .hasMessageContaining("the property l of /__fixups__ is no list of places");
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> DtsOptions.DEFAULT.withMaxSize(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String text(EditableTree tree, String property) {
        return new String(tree.root().property(property).orElseThrow().toByteArray(), StandardCharsets.ISO_8859_1);
    }

    private void write(String name, String content) {
        try {
            Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EditableTree parse(String source) throws DtsException {
        return parse(source, DtsOptions.DEFAULT);
    }

    private EditableTree parse(String source, DtsOptions options) throws DtsException {
        return DtsParser.parse("-", source, files, options);
    }

    /** The files lie beside the source, where dtc finds them. */
    private void compareWithDtc(String source, EditableTree tree) throws Exception {
        if (Corpus.hasTool("dtc")) {
            Fdt compiled = Fdt.read(Dtc.in(directory).compile(source).orElseThrow());
            assertThat(Trees.dump(tree)).isEqualTo(Trees.dump(compiled));
        }
    }
}

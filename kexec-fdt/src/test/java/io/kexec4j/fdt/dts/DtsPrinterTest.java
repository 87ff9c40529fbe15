package io.kexec4j.fdt.dts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a printed source looks like, and which trees have none. */
class DtsPrinterTest {
    private final EditableTree tree = EditableTree.empty();

    @Test
    void looksLikeThatOfDtc() throws Exception {
        tree.reserve(new MemoryReservation(0x8000_0000_0000_0000L, 0x1000));
        tree.setBootCpuid(2);
        tree.root().set("compatible", PropertyValue.ofStrings("example,board", "example,family"));
        tree.root().set("#size-cells", PropertyValue.ofCells(1));
        EditableNode serial = tree.root().add("serial@1000");
        serial.set("reg", PropertyValue.ofU64(0x1_0000_1000L));
        serial.set("mac", PropertyValue.of(new byte[] {1, 2, (byte) 0xff}));
        serial.set("dma-coherent", PropertyValue.EMPTY);
        tree.root().add("__symbols__").set("uart", PropertyValue.ofStrings("/serial@1000"));

        assertThat(DtsPrinter.print(tree)).isEqualTo("""
                /dts-v1/;
                /* boot_cpuid_phys is 0x2: dtc -b 0x2 */

                /memreserve/\t0x8000000000000000 0x0000000000001000;
                / {
                \tcompatible = "example,board", "example,family";
                \t#size-cells = <0x01>;

                \tuart: serial@1000 {
                \t\treg = <0x01 0x1000>;
                \t\tmac = [01 02 ff];
                \t\tdma-coherent;
                \t};

                \t__symbols__ {
                \t\tuart = "/serial@1000";
                \t};
                };
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "61 00|\"a\"",
                "4e 43 00 33 47 00|\"NC\", \"3G\"",
                "61 62 00 00 63 00|\"ab\", \"\", \"c\"",
                "61 00 00 00|<0x61000000>",
                "00|[00]",
                "61|[61]",
                "61 62 63 64|<0x61626364>",
                "22 5c 07 08 09 0a 0b 0c 0d 00|\"\\\"\\\\\\a\\b\\t\\n\\v\\f\\r\"",
                "c3 a9 00|[c3 a9 00]",
                "7f 41 42 00|<0x7f414200>",
                "00 00 00 00|<0x00>",
                "ff ff ff ff 00 00 01 00|<0xffffffff 0x100>",
                "1b 00|[1b 00]",
            })
    void valuesAreWhatTheyLookLike(String hex, String source) {
        String[] digits = hex.split(" ", -1);
        byte[] bytes = new byte[digits.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits[i], 16);
        }
        assertThat(DtsPrinter.text(PropertyValue.of(bytes))).isEqualTo(source);
    }

    @Test
    void emptyValueHasNoText() {
        assertThat(DtsPrinter.text(PropertyValue.EMPTY)).isEmpty();
    }

    @Test
    void overlaysHaveReferences() throws Exception {
        String source = """
                /dts-v1/;
                /plugin/;

                / {

                \tfragment@0 {
                \t\ttarget = <&base>;

                \t\t__overlay__ {
                \t\t\tclocks = <0x01 &clk 0x02>;
                \t\t\todd = [00], <&clk>, "text";

                \t\t\tinner: node {
                \t\t\t\tself = <&inner>;
                \t\t\t\tother = <&{/fragment@0/__overlay__/plain}>;
                \t\t\t\tphandle = <0x09>;
                \t\t\t};

                \t\t\tplain {
                \t\t\t\tphandle = <0x07>;
                \t\t\t};
                \t\t};
                \t};

                \t__symbols__ {
                \t\tinner = "/fragment@0/__overlay__/node";
                \t};
                };
                """;
        EditableTree overlay = DtsParser.parse("-", source);

        assertThat(DtsPrinter.print(overlay)).isEqualTo(source);
        assertThat(overlay.node("/__local_fixups__/fragment@0/__overlay__/node"))
                .isPresent();
        StringBuilder plain = new StringBuilder();
        DtsPrinter.print(overlay, plain, DtsStyle.PLAIN);
        assertThat(plain)
                .contains("/plugin/;")
                .contains("clk = \"/fragment@0/__overlay__:clocks:4\", \"/fragment@0/__overlay__:odd:1\";")
                .contains("self = <0x09>;")
                .doesNotContain("&");
    }

    /** Fixups that a compiler would not make in the same way are printed as they are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "__fixups__ { l = \"/:p:1\"; };",
                "__fixups__ { l = \"/:p:4\"; };",
                "__fixups__ { l = \"/:p:-1\"; };",
                "__fixups__ { l = \"/:p:99999999999\"; };",
                "__fixups__ { l = \"/:p\"; };",
                "__fixups__ { l = \"/n:p:0\"; };",
                "__fixups__ { l = \"/:q:0\"; };",
                "__fixups__ { l = \"/:p:0\", \"/:p:0\"; };",
                "__fixups__ { l = \"/:p:00\"; };",
                "__fixups__ { l = \"//:p:0\"; };",
                "__fixups__ { l = <0x61626364>; };",
                "__fixups__ { l; };",
                "__fixups__ { a-b = \"/:p:0\"; };",
                "__fixups__ { sym = \"/:p:0\"; };",
                "__fixups__ { l = \"/:p:0\"; n { }; };",
                "__fixups__ { l = \"/:p:0\"; }; m { };",
                "__fixups__ { };",
                "__local_fixups__ { p = <0>; };",
                "__local_fixups__ { r = <4>; };",
                "__local_fixups__ { r = <0 0>; };",
                "__local_fixups__ { r = [00]; };",
                "__local_fixups__ { r; };",
                "__local_fixups__ { r = <0xffffffff>; };",
                "__local_fixups__ { n { p = <0>; }; };",
                "__local_fixups__ { t { phandle = <8>; }; };",
                "__local_fixups__ { r = <0>; }; __fixups__ { l = \"/:p:0\"; };",
            })
    void strangeFixupsArePrintedAsTheyAre(String fixups) throws Exception {
        EditableTree overlay = DtsParser.parse("-", """
                /dts-v1/;
                / { p = <0xffffffff>; r = <5>; t { phandle = <5>; }; __symbols__ { sym = "/t"; };
                """ + fixups + "};");
        StringBuilder printed = new StringBuilder();
        DtsPrinter.print(overlay, printed, DtsStyle.LENIENT);

        assertThat(printed).contains("/plugin/;").doesNotContain("<&").contains("fixups__ {");
    }

    @Test
    void referencesDisappearWithTheirFixupsOnly() throws Exception {
        EditableTree overlay = DtsParser.parse("-", """
                /dts-v1/;
                / { p = <0xffffffff>; r = <5>; t { phandle = <5>; };
                    __fixups__ { l = "/:p:0"; }; __local_fixups__ { r = <0>; }; };""");

        assertThat(DtsPrinter.print(overlay))
                .contains("p = <&l>;")
                .contains("r = <&{/t}>;")
                .doesNotContain("fixups__");
    }

    @Test
    void labelOfTheRootStandsBehindIt() throws Exception {
        tree.root().add("__symbols__").set("top", PropertyValue.ofStrings("/"));

        String source = DtsPrinter.print(tree);

        assertThat(source).endsWith("};\n\ntop: &{/} {\n};\n");
        assertThat(Trees.dump(DtsParser.parse("-", source))).isEqualTo(Trees.dump(tree));
    }

    @Test
    void symbolsThatAreNoLabelsAreNone() throws Exception {
        EditableNode symbols = tree.root().add("__symbols__");
        tree.root().add("n");
        symbols.set("a-b", PropertyValue.ofStrings("/n"))
                .set("c", PropertyValue.ofStrings("/missing"))
                .set("d", PropertyValue.ofStrings("n"))
                .set("e", PropertyValue.ofStrings("/n", ""))
                .set("f", PropertyValue.ofCells(1))
                .set("g", PropertyValue.EMPTY);

        assertThat(DtsPrinter.print(tree)).doesNotContain(": n").contains("\tn {");
    }

    @Test
    void whatNoSourceCanSayIsAnError() throws Exception {
        verifyRefused(FdtError.BADVALUE, each -> each.root().add("a b"));
        verifyRefused(FdtError.BADVALUE, each -> each.root().add("n*"));
        verifyRefused(FdtError.BADVALUE, each -> each.root().add("n@1@2"));
        verifyRefused(FdtError.BADVALUE, each -> each.root().set("a@1", PropertyValue.EMPTY));
        verifyRefused(FdtError.BADVALUE, each -> each.root().set("\u00e9", PropertyValue.EMPTY));
        verifyRefused(FdtError.BADVALUE, each -> each.root().set("a;b", PropertyValue.EMPTY));
        verifyRefused(FdtError.BADVALUE, each -> each.root().set("name", PropertyValue.ofStrings("")));
        verifyRefused(FdtError.BADPHANDLE, each -> each.root().set("phandle", PropertyValue.ofCells(0)));
        verifyRefused(FdtError.BADPHANDLE, each -> each.root().set("phandle", PropertyValue.ofCells(-1)));
        verifyRefused(FdtError.BADPHANDLE, each -> each.root().set("linux,phandle", PropertyValue.ofCells(1, 2)));
        verifyRefused(
                FdtError.BADPHANDLE,
                each -> each.root()
                        .set("linux,phandle", PropertyValue.ofCells(1))
                        .set("phandle", PropertyValue.ofCells(2)));
        verifyRefused(FdtError.BADPHANDLE, each -> {
            each.root().set("phandle", PropertyValue.ofCells(1));
            each.root().add("n").set("linux,phandle", PropertyValue.ofCells(1));
        });
    }

    private static void verifyRefused(FdtError error, Consumer<EditableTree> edit) throws IOException {
        EditableTree refused = EditableTree.empty();
        edit.accept(refused);
        StringBuilder printed = new StringBuilder();
        assertThatThrownBy(() -> DtsPrinter.print(refused, printed))
                .isInstanceOfSatisfying(
                        FdtException.class, e -> assertThat(e.error()).isEqualTo(error));
        assertThat(printed).isEmpty();
        DtsPrinter.print(refused, printed, DtsStyle.LENIENT);
        assertThat(printed.toString()).endsWith("};\n").matches("[\\n\\t -~]*");
    }

    @Test
    void twoOfTheSameNameAreAnError() throws Exception {
        tree.root().set("aa", PropertyValue.EMPTY).set("bb", PropertyValue.EMPTY);
        tree.root().add("cc");
        tree.root().add("dd");
        String blob = new String(bytes(tree), StandardCharsets.ISO_8859_1);

        for (String changed : new String[] {blob.replace("bb", "aa"), blob.replace("dd", "cc")}) {
            Fdt twice = Fdt.read(ByteBuffer.wrap(changed.getBytes(StandardCharsets.ISO_8859_1)));
            assertThatThrownBy(() -> DtsPrinter.print(twice))
                    .isInstanceOfSatisfying(
                            FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.EXISTS));
        }
    }

    @Test
    void depthCostsNoStack() throws Exception {
        EditableNode node = tree.root();
        for (int i = 0; i < 3_000; i++) {
            node = node.add("n");
        }
        DtsOptions deep = DtsOptions.DEFAULT.withLimits(FdtLimits.NONE);
        EditableTree parsed = DtsParser.parse("-", DtsPrinter.print(tree), DtsFiles.NONE, deep);

        assertThat(parsed.nodes().count()).isEqualTo(3_001);
    }

    private static byte[] bytes(EditableTree tree) {
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }
}

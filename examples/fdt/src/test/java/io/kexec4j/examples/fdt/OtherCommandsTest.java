package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** fdtoverlay, fdtdump, diff, and what all commands have. */
class OtherCommandsTest extends Commands {
    @Test
    void overlaysAreApplied() throws Exception {
        compile("o1.dtb", "/dts-v1/; /plugin/; &{/m} { x = <1>; };");
        compile("o2.dtb", "/dts-v1/; /plugin/; &{/m} { y = <2>; };");
        assertThat(run("fdtoverlay", "-v", "-i", "@a.dtb", "-o", "@x", "@o1.dtb", "@o2.dtb"))
                .as(err())
                .isZero();
        assertThat(out())
                .isEqualTo(expand("input  = @a.dtb\noutput = @x\noverlay[0] = @o1.dtb\noverlay[1] = @o2.dtb\n"));
        assertThat(run("diff", "@a.dtb", "@x")).isEqualTo(1);
        assertThat(out()).hasLineCount(2).contains("x", "y");
    }

    @Test
    void anOverlayThatDoesNotFitLeavesNoFile() throws Exception {
        compile("o.dtb", "/dts-v1/; /plugin/; &label { x; };");
        assertThat(run("fdtoverlay", "-i", "@a.dtb", "-o", "@x", "@o.dtb")).isEqualTo(1);
        assertThat(err())
                .startsWith("\nFailed to apply '" + file("o.dtb") + "': FDT_ERR_BADOFFSET\n")
                .contains("label");
        assertThat(file("x")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-o @x @a.dtb                | Missing required option: '--input=FILE'",
                "-i @a.dtb @a.dtb            | Missing required option: '--output=FILE'",
                "-i @a.dtb -o @x             | Missing required parameter: 'OVERLAY'",
                "-i @none -o @x @a.dtb       | Couldn't open blob from '",
                "-i @a.dtb -o @x @none       | Couldn't open blob from '",
                "-i @a.dts -o @x @a.dtb      | BADMAGIC",
                "-i @a.dtb -o @none/x @a.dtb | Couldn't write blob to '"
            })
    void overlaysThatCannotBeApplied(String arguments, String message) {
        assertThat(run(("fdtoverlay " + arguments).split(" ", -1))).isEqualTo(1);
        assertThat(err()).contains(message);
    }

    @Test
    void aDumpHasTheHeaderAndAllTokens() throws Exception {
        Files.write(file("nop"), withNop());
        assertThat(run("fdtdump", "@nop")).as(err()).isZero();
        assertThat(err()).contains("****     dtc -I dtb -O dts <filename>");
        assertThat(out())
                .startsWith("/dts-v1/;\n// magic:\t\t0xd00dfeed\n// totalsize:\t\t0x")
                .contains("// off_mem_rsvmap:\t0x28\n// version:\t\t17\n// last_comp_version:\t16\n")
                .contains("\n\n/memreserve/ 0x1000 0x2000;\n/ {\n    compatible = \"a,b\", \"c\";\n")
                .contains("    n = <0x00000001 0x00000002 0xffffffff>;\n    empty;\n    // [NOP]\n")
                .contains("    s1 = [00];\n    aliases {\n        a = \"/n@1\";\n")
                .endsWith("    m {\n    };\n};\n");
    }

    /** The blob with NOPs in the place of the property b, which has 3 bytes. */
    private byte[] withNop() throws Exception {
        byte[] blob = Files.readAllBytes(file("a.dtb"));
        int value = tree("a.dtb").root().valueOffset("b").orElseThrow();
        for (int at = value - 12; at <= value; at += 4) {
            ByteBuffer.wrap(blob).putInt(at, 4);
        }
        return blob;
    }

    @Test
    void aDumpTellsWhereTokensAre() {
        assertThat(run("fdtdump", "-d", "@a.dtb")).isZero();
        assertThat(out())
                .contains("// 0048: tag: 0x00000001 (FDT_BEGIN_NODE)\n/ {\n// 0050: tag: 0x00000003 (FDT_PROP)\n")
                .contains(": string: compatible\n// 005c: value\n    compatible")
                .contains("(FDT_END_NODE)");
    }

    @Test
    void aBlobIsFoundInsideOfAFile() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {1, 2, (byte) 0xd0, 0x0d, (byte) 0xfe, (byte) 0xed, 7});
        bytes.writeBytes(Files.readAllBytes(file("a.dtb")));
        bytes.writeBytes(new byte[] {1, 2, 3});
        Files.write(file("image"), bytes.toByteArray());
        assertThat(run("fdtdump", "-s", "@image")).isZero();
        assertThat(out())
                .startsWith(expand("@image: skipping fdt at offset 0x2\n@image: found fdt at offset 0x7\n/dts-v1/;\n"));
        assertThat(run("fdtdump", "@image")).isEqualTo(1);
        assertThat(err()).contains("FATAL ERROR: " + file("image"), "BADMAGIC");
        assertThat(run("fdtdump", "-s", "@a.dts")).isEqualTo(1);
        assertThat(err()).contains("FATAL ERROR: " + file("a.dts") + ": could not locate fdt magic");
        assertThat(run("fdtdump", "@none")).isEqualTo(1);
        assertThat(run("fdtdump")).isEqualTo(1);
    }

    @Test
    void treesAreComparedByWhatTheyMean() throws Exception {
        assertThat(run("dtc", "-q", "-s", "-p", "100", "-V", "16", "-O", "dtb", "-o", "@b.dtb", "@a.dtb"))
                .isZero();
        assertThat(run("diff", "@a.dtb", "@b.dtb")).isZero();
        assertThat(out()).isEmpty();
        assertThat(run("diff", "--ordered", "@a.dtb", "@b.dtb")).isEqualTo(1);
        assertThat(run("fdtput", "@b.dtb", "/n", "p", "2")).isZero();
        assertThat(run("diff", "@a.dtb", "@b.dtb")).isEqualTo(1);
        assertThat(out()).startsWith("~ /n@1").hasLineCount(1);
        assertThat(run("diff", "-q", "@a.dtb", "@b.dtb")).isEqualTo(1);
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@a.dtb", "@a.dtb @none", "@a.dts @a.dtb", "@a.dtb @a.dtb @a.dtb", "-z @a.dtb @a.dtb"})
    void whatCannotBeComparedIsTrouble(String arguments) {
        assertThat(run(("diff " + arguments).split(" ", -1))).isEqualTo(2);
        assertThat(err()).isNotEmpty();
        assertThat(out()).isEmpty();
    }

    @Test
    void everyCommandHasHelpAndAVersion() {
        for (String command : Arrays.asList("dtc", "fdtget", "fdtput", "fdtoverlay", "fdtdump", "diff", "batch")) {
            assertThat(run(command, "--help")).isZero();
            assertThat(out()).startsWith("Usage: fdt " + command);
            assertThat(run(command, "--version")).isZero();
            assertThat(out()).startsWith("Version: kexec4j");
        }
        assertThat(run()).isEqualTo(1);
        assertThat(err()).isEqualTo("fdt: say which command; see fdt --help\n");
        assertThat(run("nonsense")).isEqualTo(1);
        assertThat(run("--help")).isZero();
        assertThat(out()).contains("fdtget", "batch");
    }
}

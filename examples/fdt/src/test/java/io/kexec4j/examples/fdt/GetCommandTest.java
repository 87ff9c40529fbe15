package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GetCommandTest extends Commands {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ compatible / n / empty / b    | a,b c;1 2 -1;;1 2 3",
                "-t x / compatible / n           | 61 2c 62 0 63 0;1 2 ffffffff",
                "-tbx / n                        | 0 0 0 1 0 0 0 2 ff ff ff ff",
                "-t hhx / b                      | 1 2 3",
                "-t hx / n                       | 0 1 0 2 ffff ffff",
                "-t hi / sh                      | 4660 65534",
                "-t lu / n                       | 1 2 4294967295",
                "-t i / b                        | 1 2 3",
                "/ s1                            | 0",
                "-t s / s1                       | ''",
                "-p / /n                         | compatible;n;empty;b;raw;sh;s1;p",
                "-l / a                          | aliases;n%1;n%2;m;sub",
                "-p -l /n                        | sub",
                "a/sub q //n%1//sub/ q           | x;x",
                "-d DEF /x y / y / b             | DEF;DEF;1 2 3",
                "-d -x / y                       | -x",
                "--default DEF --list /x         | DEF",
                "/ b -tx                         | 1 2 3"
            })
    void valuesAreLines(String arguments, String lines) {
        assertThat(run(("fdtget @a.dtb " + arguments).split(" ", -1))).as(err()).isZero();
        assertThat(out()).isEqualTo(lines.replace('%', '@').replace(';', '\n') + "\n");
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/x y          | Error at '/x': FDT_ERR_NOTFOUND",
                "/ y           | Error at 'y': FDT_ERR_NOTFOUND",
                "x y           | Error at 'x': FDT_ERR_BADPATH",
                "bad y         | Error at 'bad': FDT_ERR_BADPATH",
                "-t s / n      | Unterminated string",
                "-t hx / b     | Property length must be a multiple of selected data size",
                "-z            | fdtget: Unknown option: '-z'; see fdt fdtget --help",
                "/             | fdtget: nodes and properties come in pairs; see fdt fdtget --help"
            })
    void errorsAreThoseOfTheTool(String arguments, String message) {
        assertThat(run(("fdtget @a.dtb " + arguments).split(" ", -1))).isEqualTo(1);
        assertThat(err()).isEqualTo(message + "\n");
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"z", "b", "xb", "bxx", "''"})
    void whatIsNoTypeIsSaid(String type) {
        assertThat(run("fdtget", "-t", type, "@a.dtb", "/", "n")).isEqualTo(1);
        assertThat(err()).contains("a type is s, i, u, x or r").doesNotContain("Exception");
    }

    @Test
    void anEmptyPathIsNone() {
        assertThat(run("fdtget", "@a.dtb", "", "y")).isEqualTo(1);
        assertThat(err()).isEqualTo("Error at '': FDT_ERR_BADPATH\n");
    }

    @Test
    void rawValuesAreBytes() {
        assertThat(run("fdtget", "-tr", "@a.dtb", "/", "sh")).isZero();
        assertThat(out()).isEqualTo("\u00124\u00ff\u00fe\n");
    }

    @Test
    void standardInputIsAFile() throws Exception {
        in = Files.readAllBytes(file("a.dtb"));
        assertThat(run("fdtget", "-", "/", "b")).isZero();
        assertThat(out()).isEqualTo("1 2 3\n");
    }

    @Test
    void whatIsPrintedBeforeAnErrorStays() {
        assertThat(run("fdtget", "@a.dtb", "/", "b", "/", "none")).isEqualTo(1);
        assertThat(out()).isEqualTo("1 2 3\n");
    }

    @Test
    void filesThatAreNone() {
        assertThat(run("fdtget", "@none", "/", "b")).isEqualTo(1);
        assertThat(err()).isEqualTo("Couldn't open blob from '" + file("none") + "': No such file or directory\n");
        assertThat(run("fdtget", "@", "/", "b")).isEqualTo(1);
        assertThat(err()).contains("Is a directory");
        assertThat(run("fdtget", "@a.dts", "/", "b")).isEqualTo(1);
        assertThat(err()).contains("a.dts: ", "BADMAGIC");
        assertThat(run("fdtget")).isEqualTo(1);
        assertThat(run("fdtget", "@a.dtb")).isZero();
        assertThat(out()).isEmpty();
    }
}

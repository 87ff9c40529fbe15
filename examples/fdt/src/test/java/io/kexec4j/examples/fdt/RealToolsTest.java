package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.diff.TreeDiff;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same arguments for a command here and for the tool of its name: the same output, exit status and files. */
class RealToolsTest extends Commands {
    private static final Path TOOLS = Optional.ofNullable(System.getenv("KEXEC4J_CACHE"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kexec4j"))
            .resolve("dtc/bin");

    @BeforeEach
    void theTools() {
        assumeTrue(Files.isExecutable(TOOLS.resolve("dtc")), "there is no dtc in " + TOOLS + "; run kexec-fdt/setup");
    }

    private int real(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(Arrays.stream(arguments).map(this::expand).toList());
        command.set(0, TOOLS.resolve(arguments[0]).toString());
        File errors = file("errors").toFile();
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        process.getOutputStream().close();
        out.reset();
        err.reset();
        out.writeBytes(process.getInputStream().readAllBytes());
        err.writeBytes(Files.readAllBytes(errors.toPath()));
        return process.waitFor();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fdtget @w / compatible / n / empty / b",
                "fdtget -t x @w / compatible / n",
                "fdtget -tbx @w / n / b",
                "fdtget -thx @w / sh",
                "fdtget -thi @w / sh",
                "fdtget -tlu @w / n",
                "fdtget -ts @w / s1 / compatible",
                "fdtget -tr @w / sh",
                "fdtget -p @w / /n",
                "fdtget -l @w / a",
                "fdtget -pl @w /n",
                "fdtget @w a/sub q //n@1//sub/ q",
                "fdtget -d DEF @w /x y / y / b",
                "fdtget -d DEF -p @w /x",
                "fdtget @w /x y",
                "fdtget @w / y",
                "fdtget @w x y",
                "fdtget @w bad y",
                "fdtget -ts @w / n",
                "fdtget -thx @w / b",
                "fdtget @none / b",
                "fdtput -v -tx @w / x 1 ff 0x10",
                "fdtput -v -ti @w / x 10 0x10 010 -- -1",
                "fdtput -v -tbx @w / x 10 ff",
                "fdtput -v -ts @w / x ab cd",
                "fdtput @w / n 7 8",
                "fdtput @w / n",
                "fdtput @w /no x 1",
                "fdtput -p @w /no/a/b x 1",
                "fdtput -c @w /q /q/r",
                "fdtput -c @w /q /m",
                "fdtput -c @w /n",
                "fdtput -c @w /q/w",
                "fdtput -c @w q",
                "fdtput -c @w a/new",
                "fdtput -cp @w a/new /m",
                "fdtput -r @w /m /n/sub",
                "fdtput -r @w /m /nope",
                "fdtput -d @w / n b",
                "fdtput -d @w / n nope",
                "fdtput -d @w /nope n",
                "fdtdump @w",
                "fdtdump -d @w",
                "dtc -q @w",
                "dtc -q -s @w",
                "dtc -q -s @a.dts -O dtb -o @x",
                "dtc -q @a.dts -o @x",
                "dtc -q @a.dts -@ -o @x",
                "dtc -q -V 16 -O dtb @w -o @x",
                "dtc -q -a 64 -p 5 -O dtb @w -o @x",
                "dtc -q -a 64 -S 1000 -O dtb @w -o @x",
                "dtc -q -R 3 -b 0x10 -O dtb @w -o @x",
                "dtc -q -s @fs",
                "dtc -q -s -I fs -O dtb @fs -o @x",
                "dtc -q -d @x @a.dts -o @y"
            })
    void sameArgumentsSameAnswer(String arguments) throws Exception {
        write("fs/name", "\0");
        write("fs/cpus/cpu@3/reg", "\0\0\0\u0003");
        write("fs/cpus/cpu@3/name", "cpu\0");
        write("fs/b/x", "1");
        String[] words = arguments.replace("-@", "-%").replace("n@1", "n%1").split(" ", -1);
        Result wanted = result(real(prepared(words)));
        Result given = result(run(prepared(words)));
        assertThat(given.status()).isEqualTo(wanted.status());
        assertThat(given.out()).isEqualTo(wanted.out());
        assertThat(given.err()).isEqualTo(wanted.err());
        assertThat(given.made()).isEqualTo(wanted.made());
        if (arguments.contains("@x") && given.status() == 0) {
            assertThat(given.made()).isNotEmpty();
        }
        // libfdt puts what is new before what is there, dtc and this behind it.
        assertThat(TreeDiff.between(wanted.tree(), given.tree()).differences()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 x fdtoverlay -i @w -o @x @good.dtbo",
                "0 x fdtoverlay -i @w -o @x @good.dtbo @good.dtbo",
                "1 - fdtoverlay -i @w -o @x @bad.dtbo",
                "1 - fdtoverlay -i @none -o @x @good.dtbo",
                "2 - dtc -q -o @x @tree.dts",
                "1 - dtc -q -o @x @syntax.dts",
                "1 - dtc -q -f -o @x @syntax.dts",
                "2 - dtc -q -O dtb -o @x @odd.dtb",
                "0 x dtc -q -f -O dtb -o @x @odd.dtb"
            })
    void sameStatusAndSameTree(String row) throws Exception {
        write("tree.dts", "/dts-v1/; / { n { }; n { }; };");
        write("syntax.dts", "/dts-v1/; / { n = <; };");
        compile("good.dtbo", "/dts-v1/; /plugin/; &{/m} { x = <1>; };");
        compile("bad.dtbo", "/dts-v1/; /plugin/; &label { x = <1>; };");
        compile("odd.dtb", "/dts-v1/; / { n { phandle = <2>; }; m { phandle = <3>; }; };");
        write("image", "some text " + new String(Files.readAllBytes(file("a.dtb")), StandardCharsets.ISO_8859_1));
        String[] fields = row.split(" ", 3);
        String[] words = fields[2].split(" ", -1);
        EditableTree twice = tree("odd.dtb").edit();
        twice.root().child("m").ifPresent(m -> m.set("phandle", PropertyValue.ofCells(2)));
        ByteBuffer blob = twice.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        Files.write(file("odd.dtb"), bytes);
        Result wanted = result(real(prepared(words)));
        boolean isMade = Files.exists(file("x"));
        Fdt tree = isMade ? tree("x") : tree("w");
        Result given = result(run(prepared(words)));

        assertThat(wanted.status()).isEqualTo(Integer.parseInt(fields[0]));
        assertThat(given.status()).as(given.err()).isEqualTo(wanted.status());
        assertThat(isMade).isEqualTo(fields[1].equals("x"));
        assertThat(Files.exists(file("x"))).isEqualTo(isMade);
        assertThat(TreeDiff.between(tree, isMade ? tree("x") : tree("w")).differences())
                .isEmpty();
        if (words[0].equals("fdtdump")) {
            assertThat(given.out()).isEqualTo(wanted.out()).isNotEmpty();
        }
    }

    private record Result(int status, String out, String err, Fdt tree, String made) {}

    private String[] prepared(String... words) throws IOException {
        Files.deleteIfExists(file("x"));
        Files.write(file("w"), Files.readAllBytes(file("a.dtb")));
        return words;
    }

    private Result result(int status) throws IOException {
        String made = Files.exists(file("x")) ? Files.readString(file("x"), StandardCharsets.ISO_8859_1) : "";
        return new Result(status, out(), err(), tree("w"), made);
    }
}

package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.Node;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PutCommandTest extends Commands {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-tx           | 1 ff 0x10        | 00000001000000ff00000010",
                "-ti           | 10 0x10 010 -1   | 0000000a0000001000000008ffffffff",
                "-tu           | 4294967295       | ffffffff",
                "-tbx          | 10 ff -1         | 10ffff",
                "-thhi         | 200              | c8",
                "-thx          | 10 fff           | 00100fff",
                "-tlx          | 1                | 00000001",
                "-ts           | ab c             | 61620063" + "00",
                "--type=s      | \u00e9           | c3a900",
                "-v            | 7                | 00000007"
            })
    void valuesAreJoined(String type, String values, String bytes) throws Exception {
        assertThat(run(("fdtput " + type + " @a.dtb /n x -- " + values).split(" ", -1)))
                .as(err())
                .isZero();
        StringBuilder hex = new StringBuilder();
        for (byte b : tree("a.dtb")
                .node("/n@1")
                .orElseThrow()
                .property("x")
                .orElseThrow()
                .toByteArray()) {
            hex.append(String.format("%02x", b));
        }
        assertThat(hex).hasToString(bytes);
    }

    @Test
    void noValueIsAnEmptyOne() throws Exception {
        assertThat(run("fdtput", "@a.dtb", "/", "compatible")).isZero();
        assertThat(tree("a.dtb").root().property("compatible").orElseThrow().isEmpty())
                .isTrue();
    }

    @Test
    void valuesAreTold() {
        assertThat(run("fdtput", "-v", "-thx", "@a.dtb", "/", "x", "10")).isZero();
        assertThat(err()).isEqualTo("Decoding value:\n\tshort: 16\nValue size 2\n");
        assertThat(run("fdtput", "-v", "-ts", "@a.dtb", "/", "x", "10")).isZero();
        assertThat(err()).isEqualTo("Decoding value:\n\tstring: '10'\nValue size 3\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-c @a.dtb /q /q/r a/new      | aliases n%1 n%2 m q   | sub new",
                "-cp @a.dtb /q/r/s /m         | aliases n%1 n%2 m q   | sub",
                "-p @a.dtb //x///y p 1        | aliases n%1 n%2 m x   | sub",
                "-r @a.dtb /m /n/sub          | aliases n%1 n%2       | ''",
                "-cr @a.dtb /m                | aliases n%1 n%2       | sub"
            })
    void nodesComeAndGo(String arguments, String nodes, String below) throws Exception {
        assertThat(run(("fdtput " + arguments).split(" ", -1))).as(err()).isZero();
        assertThat(names(tree("a.dtb").root())).isEqualTo(nodes.replace('%', '@'));
        assertThat(names(tree("a.dtb").node("/n@1").orElseThrow())).isEqualTo(below);
    }

    private static String names(Node node) {
        return String.join(" ", node.children().stream().map(Node::name).toList());
    }

    @Test
    void propertiesGo() throws Exception {
        assertThat(run("fdtput", "-d", "@a.dtb", "/", "n", "b", "sh")).isZero();
        assertThat(run("fdtget", "-p", "@a.dtb", "/")).isZero();
        assertThat(out()).isEqualTo("compatible\nempty\nraw\ns1\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "@a.dtb /no x 1         | Error at '/no': FDT_ERR_NOTFOUND",
                "-c @a.dtb /q /m        | Error at 'm': FDT_ERR_EXISTS",
                "-c @a.dtb /n           | Error at 'n': FDT_ERR_EXISTS",
                "-c @a.dtb /q/w         | Error at '/q/w': FDT_ERR_NOTFOUND",
                "-c @a.dtb q            | Error at 'q': FDT_ERR_BADPATH",
                "-r @a.dtb /m /nope     | Error at '/nope': FDT_ERR_NOTFOUND",
                "-r @a.dtb /            | fdtput: a tree has a root; it cannot be removed",
                "-d @a.dtb / n nope     | Error at '/': FDT_ERR_NOTFOUND",
                "-d @a.dtb /nope n      | Error at '/nope': FDT_ERR_NOTFOUND",
                "-tx @a.dtb / x zz      | fdtput: Couldn't parse \"zz\" as an integer",
                "@a.dtb / x 0x10        | fdtput: Couldn't parse \"0x10\" as an integer",
                "@a.dtb / x -- --5      | fdtput: Couldn't parse \"--5\" as an integer",
                "-tbi @a.dtb / x 256    | fdtput: 256 does not fit into 1 bytes",
                "-tbi @a.dtb / x -129   | fdtput: -129 does not fit into 1 bytes",
                "@a.dtb / x 4294967296  | fdtput: 4294967296 does not fit into 4 bytes",
                "-tr @a.dtb / x ab      | fdtput: an argument cannot hold raw bytes; use -t bx; see fdt fdtput --help",
                "@a.dtb /               | fdtput: there is no property; see fdt fdtput --help",
                "@a.dtb                 | fdtput: there is no node; see fdt fdtput --help"
            })
    void afterAnErrorTheFileIsAsItWas(String arguments, String message) throws Exception {
        byte[] before = Files.readAllBytes(file("a.dtb"));
        assertThat(run(("fdtput " + arguments).split(" ", -1))).isEqualTo(1);
        assertThat(err()).isEqualTo(message + "\n");
        assertThat(Files.readAllBytes(file("a.dtb"))).isEqualTo(before);
    }

    @Test
    void theFileIsReplacedAsAWhole() throws Exception {
        byte[] before = Files.readAllBytes(file("a.dtb"));
        Files.setPosixFilePermissions(file("a.dtb"), PosixFilePermissions.fromString("rw-r-x---"));
        Files.createSymbolicLink(file("link"), file("a.dtb"));
        try (FileChannel open = FileChannel.open(file("a.dtb"))) {
            assertThat(run("fdtput", "@link", "/", "x", "1")).as(err()).isZero();
            ByteBuffer old = ByteBuffer.allocate(before.length + 100);
            open.read(old);
            // Whoever had it open still sees the old one: nothing was written into it.
            assertThat(old.flip()).isEqualTo(ByteBuffer.wrap(before));
        }
        assertThat(tree("a.dtb").root().property("x")).isPresent();
        assertThat(Files.isSymbolicLink(file("link"))).isTrue();
        assertThat(Files.getPosixFilePermissions(file("a.dtb")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-x---"));
        try (Stream<Path> all = Files.list(root)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("a.dtb", "a.dts", "link");
        }
    }

    @Test
    void namesAreBytes() throws Exception {
        assertThat(run("fdtput", "-c", "@a.dtb", "/\u00e9")).isZero();
        String name = tree("a.dtb").root().children().get(4).name();
        assertThat(new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .isEqualTo("\u00e9");
    }

    @Test
    void standardInputGoesToStandardOutput() throws Exception {
        in = Files.readAllBytes(file("a.dtb"));
        assertThat(run("fdtput", "-", "/", "x", "1")).isZero();
        Files.write(file("b.dtb"), out.toByteArray());
        assertThat(tree("b.dtb").root().property("x").orElseThrow().asU32()).isEqualTo(1);
    }
}

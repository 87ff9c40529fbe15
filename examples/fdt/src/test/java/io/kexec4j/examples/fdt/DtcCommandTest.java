package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.diff.TreeDiff;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DtcCommandTest extends Commands {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "@a.dts -o @x",
                "-O dtb @a.dtb -o @x",
                "-I dts -O dtb -o @x @a.dts",
                "-V 0x11 -b -1 -H epapr -q -f -W no-foo -E no-foo -o @x @a.dts",
                "-qWfoo -o @x.dtb @a.dtb",
                "-o @x.dtbo @a.dtb"
            })
    void theBlobIsTheSameHoweverItIsMade(String arguments) throws Exception {
        assertThat(run(("dtc " + arguments).split(" ", -1))).as(err()).isZero();
        String name = arguments.contains(".dtbo") ? "x.dtbo" : arguments.contains("x.dtb") ? "x.dtb" : "x";
        assertThat(Files.readAllBytes(file(name))).isEqualTo(Files.readAllBytes(file("a.dtb")));
    }

    @ParameterizedTest
    @CsvSource({
        "-p 100, 100, 1, 17, 0",
        "-S 4096, 0, 4096, 17, 0",
        "-S 100, 0, 1, 17, 0",
        "-a 64, 0, 64, 17, 0",
        "-a 0x40 -p 020, 16, 64, 17, 0",
        "-R 2, 32, 1, 17, 0",
        "-V 16, 0, 1, 16, 0",
        "-b 0x10, 0, 1, 17, 16",
        "-b 7 -b 9, 0, 1, 17, 9"
    })
    void theBlobHasRoom(String options, int added, int multiple, int version, int bootCpuid) throws Exception {
        assertThat(run(("dtc -q -O dtb -o @x " + options + " @a.dtb").split(" ", -1)))
                .as(err())
                .isZero();
        Fdt tree = tree("x");
        long least = Files.size(file("a.dtb")) + added;
        long size = (least + multiple - 1) / multiple * multiple;
        assertThat(tree.header().totalSize()).isEqualTo((int) size);
        assertThat(Files.size(file("x"))).isEqualTo(size);
        assertThat(tree.header().version()).isEqualTo(version);
        assertThat(tree.bootCpuid()).isEqualTo(bootCpuid);
        assertThat(tree.root().children()).hasSize(4);
    }

    @Test
    void aSmallerLeastSizeIsRemarked() {
        assertThat(run("dtc", "-S", "100", "-O", "dtb", "-o", "@x", "@a.dtb")).isZero();
        assertThat(err()).matches("dtc: Warning: blob size \\d+ >= minimum size 100\n");
        assertThat(run("dtc", "-q", "-S", "100", "-O", "dtb", "-o", "@x", "@a.dtb"))
                .isZero();
        assertThat(err()).isEmpty();
    }

    @Test
    void standardInputAndOutput() throws Exception {
        in = Files.readAllBytes(file("a.dts"));
        assertThat(run("dtc")).isZero();
        assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file("a.dtb")));
        in = out.toByteArray();
        assertThat(run("dtc", "-I", "dtb", "-O", "dts", "-o", "-", "-")).isZero();
        assertThat(out()).startsWith("/dts-v1/;\n").contains("\tcompatible = \"a,b\", \"c\";\n");
    }

    @Test
    void everythingIsSorted() throws Exception {
        write(
                "b.dts",
                "/dts-v1/; /memreserve/ 0xf000000000000000 1; /memreserve/ 2 3; /memreserve/ 2 1;"
                        + "/ { b; a; z { }; n@2 { d; c; }; n@10 { }; };");
        assertThat(run("dtc", "-s", "-O", "dts", "@b.dts")).as(err()).isZero();
        assertThat(out().replaceAll("\\s+", " "))
                .endsWith("/memreserve/ 0x0000000000000002 0x0000000000000001; "
                        + "/memreserve/ 0x0000000000000002 0x0000000000000003; "
                        + "/memreserve/ 0xf000000000000000 0x0000000000000001; "
                        + "/ { a; b; n@10 { }; n@2 { c; d; }; z { }; }; ");
    }

    @Test
    void includedFilesAreFoundAndNoted() throws Exception {
        write("main/m.dts", "/dts-v1/; /include/ \"sub/one.dtsi\" /include/ \"far.dtsi\"");
        write("main/sub/one.dtsi", "/include/ \"two.dtsi\"");
        write("main/sub/two.dtsi", "/ { two = /incbin/(\"data\"); };");
        write("main/sub/data", "\u0001\u00ff");
        write("lib/far.dtsi", "/ { far; };");
        assertThat(run("dtc", "-i", "@nowhere", "-i", "@lib", "-d", "@deps", "-o", "@x", "@main/m.dts"))
                .as(err())
                .isZero();
        assertThat(tree("x").root().property("two").orElseThrow().toByteArray()).containsExactly(1, 0xff);
        assertThat(Files.readString(file("deps")))
                .isEqualTo(
                        expand("@x: @main/m.dts @main/sub/one.dtsi @main/sub/two.dtsi @main/sub/data @lib/far.dtsi\n"));
        assertThat(run("dtc", "-o", "@x", "@main/m.dts")).isEqualTo(1);
        assertThat(err()).contains("far.dtsi");
    }

    @Test
    void filesOfOneNameAreKeptApart() throws Exception {
        write("main/m.dts", "/dts-v1/; / { }; /include/ \"a/x.dtsi\" /include/ \"b/x.dtsi\"");
        write("main/a/x.dtsi", "/include/ \"../b/x.dtsi\"\n# 1 \"/b/y\"\n/include/ \"y.dtsi\"");
        write("main/b/x.dtsi", "/include/ \"y.dtsi\"");
        write("main/a/y.dtsi", "/ { a; };");
        write("main/b/y.dtsi", "/ { b; };");
        assertThat(run("dtc", "-o", "@x", "@main/m.dts")).as(err()).isZero();
        assertThat(tree("x").root().properties()).extracting(Property::name).containsExactly("b", "a");
    }

    @Test
    void errorsOfTheTreeOfASourceAreNoErrorsOfSyntax() throws Exception {
        write("b.dts", "/dts-v1/;\n/ { a = <&x>; };\n");
        assertThat(run("dtc", "-o", "@x", "@b.dts")).isEqualTo(2);
        assertThat(err()).startsWith("dtc: ERROR " + file("b.dts") + ":2:").endsWith("dtc: the tree has errors\n");
        assertThat(run("dtc", "-f", "-qq", "-o", "@x", "@b.dts")).isEqualTo(2);
        assertThat(err()).contains("not from a source").hasLineCount(1);
        assertThat(file("x")).doesNotExist();
    }

    @Test
    void labelsBecomeSymbols() throws Exception {
        write("b.dts", "/dts-v1/; / { l: n { p = <&l>; }; };");
        assertThat(run("dtc", "-%", "-L", "-o", "@x", "@b.dts")).as(err()).isZero();
        assertThat(tree("x")
                        .node("/__symbols__")
                        .orElseThrow()
                        .property("l")
                        .orElseThrow()
                        .asString())
                .isEqualTo("/n");
        assertThat(tree("x").node("/__local_fixups__/n")).isPresent();
    }

    @Test
    void directoriesAreTrees() throws Exception {
        write("fs/compatible", "a\0");
        write("fs/name", "\0");
        write("fs/cpus/cpu@3/reg", "\0\0\0\u0003");
        write("fs/cpus/cpu@3/name", "cpu\0");
        write("fs/b/x", "1");
        write("fs/a", "");
        Files.createSymbolicLink(file("link"), file("fs"));
        assertThat(run("dtc", "-O", "dtb", "-o", "@x", "@link")).as(err()).isZero();
        compile("y", "/dts-v1/; / { a; compatible = \"a\"; b { x = [31]; }; cpus { cpu@3 { reg = <3>; }; }; };");
        assertThat(Files.readAllBytes(file("x"))).isEqualTo(Files.readAllBytes(file("y")));
        assertThat(tree("x").bootCpuid()).isEqualTo(3);
    }

    @Test
    void linksThatNeverEndAreRefused() throws Exception {
        write("fs/a/x", "1");
        write("fs/b/x", "1");
        Files.createSymbolicLink(file("fs/a/toB"), file("fs/b"));
        assertThat(run("dtc", "-O", "dts", "@fs")).as(err()).isZero();
        assertThat(out()).contains("toB {");
        Files.createSymbolicLink(file("fs/b/toA"), file("fs/a"));
        assertThat(run("dtc", "-O", "dts", "@fs")).isEqualTo(1);
        assertThat(err()).startsWith("dtc: " + file("fs"));
        assertThat(out()).isEmpty();
    }

    @Test
    void aTreeWithErrorsIsWrittenOnlyByForce() throws Exception {
        write("fs/n/name", "wrong\0");
        assertThat(run("dtc", "-O", "dts", "-o", "@x", "@fs")).isEqualTo(2);
        assertThat(err()).contains("dtc: ERROR a compiler takes", "node /n", "use -f");
        assertThat(file("x")).doesNotExist();
        assertThat(run("dtc", "-qq", "-f", "-O", "dts", "@fs")).isZero();
        assertThat(err()).isEmpty();
        assertThat(out()).contains("name = \"wrong\";");
    }

    @Test
    void namesThatAreThereTwiceAreErrors() throws Exception {
        // Two nodes n and two properties p, which a source cannot have.
        byte[] blob = blob("/dts-v1/; / { p; q; n { }; m { }; };");
        for (int i = 0; i < blob.length; i++) {
            if ((blob[i] == 'm' || blob[i] == 'q') && blob[i + 1] == 0) {
                blob[i] = (byte) (blob[i] == 'm' ? 'n' : 'p');
            }
        }
        Files.write(file("twice"), blob);
        assertThat(run("dtc", "-O", "dtb", "-o", "@x", "@twice")).isEqualTo(2);
        assertThat(err()).contains("a source has each property once", "a source has each node once");
        assertThat(run("dtc", "-f", "-O", "dtb", "-o", "@x", "@twice")).isZero();
        assertThat(TreeDiff.between(tree("twice"), tree("x")).isEmpty()).isTrue();
    }

    @Test
    void blobsThatDtcRefusesAreRefused() throws Exception {
        for (String change : new String[] {"phandle 2", "phandle 0", "phandle -1", "name a#b", "name a@b@c"}) {
            EditableTree tree = Fdt.read(ByteBuffer.wrap(blob("/dts-v1/; / { n { phandle = <2>; }; m { }; };")))
                    .edit();
            EditableNode changed = tree.root().child("m").orElseThrow();
            String value = change.substring(change.indexOf(' ') + 1);
            if (change.startsWith("name")) {
                changed.add(value);
            } else {
                changed.set("phandle", PropertyValue.ofCells(Integer.parseInt(value)));
            }
            ByteBuffer bytes = tree.write();
            byte[] array = new byte[bytes.remaining()];
            bytes.get(array);
            Files.write(file("odd"), array);
            assertThat(run("dtc", "-O", "dtb", "-o", "@x", "@odd")).as(change).isEqualTo(2);
            assertThat(err()).contains("/m");
            assertThat(file("x")).doesNotExist();
            assertThat(run("dtc", "-f", "-O", "dtb", "-o", "@y", "@odd")).isZero();
            assertThat(Files.readAllBytes(file("y"))).isEqualTo(array);
        }
    }

    private byte[] blob(String source) throws Exception {
        compile("blob", source);
        return Files.readAllBytes(file("blob"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-O yaml @a.dts       | -O yaml is missing here",
                "-O asm @a.dts        | -O asm is missing here",
                "-O x @a.dts          | Unknown output format \"x\"",
                "-I x @a.dts          | Unknown input format \"x\"",
                "-V 3 @a.dts          | version 3 is missing here; there are 16 and 17",
                "-V 18 @a.dts         | Unknown device tree blob version 18",
                "-V x @a.dts          | 'x' is not a number",
                "-S 1 -p 1 @a.dts     | Can't set both -p and -S",
                "-a 3 @a.dts          | Invalid argument \"3\" to -a option",
                "-H x @a.dts          | Invalid argument \"x\" to -H option",
                "-H both @a.dts       | -H both is missing here; there is epapr",
                "-A @a.dts            | -A and -T are missing here",
                "-T -T @a.dts         | -A and -T are missing here",
                "-E foo @a.dts        | -E foo: there are no checks here",
                "-W foo @a.dts        | -W: there are no warnings here",
                "-p -1 @a.dtb         | Invalid argument \"-1\" to -p option",
                "-p 2147483648 @a.dtb | Invalid argument \"2147483648\" to -p option",
                "-S 99999999999 @a.dtb | Invalid argument \"99999999999\" to -S option",
                "-a 0x80000000 @a.dtb | Invalid argument \"2147483648\" to -a option",
                "-R -1 @a.dtb         | Invalid argument \"-1\" to -R option",
                "-R 0x10000000 @a.dtb | Invalid argument \"268435456\" to -R option",
                "-b 0x100000000 @a.dtb | Invalid argument \"4294967296\" to -b option",
                "@a.dts @a.dts        | Unmatched argument",
                "-z @a.dts            | Unknown option: '-z'",
                "@none                | No such file or directory",
                "-I fs @none          | No such file or directory",
                "-I dtb @a.dts        | BADMAGIC",
                "-I dts @a.dtb        | a source is UTF-8 text",
                "-o @none/x @a.dts    | No such file or directory"
            })
    void whatCannotBeDoneIsSaid(String arguments, String message) {
        assertThat(run(("dtc " + arguments).split(" ", -1))).isEqualTo(1);
        assertThat(err()).contains(message).hasLineCount(1);
        assertThat(out()).isEmpty();
    }

    @Test
    void mistakesOfASourceHaveAPlace() throws Exception {
        write("b.dts", "/dts-v1/;\n/ { a = <; };\n");
        assertThat(run("dtc", "@b.dts")).isEqualTo(1);
        assertThat(err()).startsWith("dtc: " + file("b.dts") + ":2:").hasLineCount(1);
    }

    @Test
    void aBlobInABufferIsWrittenWhole() throws Exception {
        Streams streams = Streams.of(System.in, out, err);
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
        streams.write(file("part").toString(), bytes);
        assertThat(Files.readAllBytes(file("part"))).containsExactly(2, 3);
    }
}

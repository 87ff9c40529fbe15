package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.diff.TreeDiff;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCommandTest extends Commands {
    /** One line for each; fields are separated by blanks. */
    private List<String> answers(String... lines) {
        in = expand(String.join("\n", lines).replace(' ', '\t')).getBytes(StandardCharsets.UTF_8);
        assertThat(run("batch")).isZero();
        return out().lines().toList();
    }

    @Test
    void afterAnErrorTheNextLineIsAnswered() throws Exception {
        write("broken.dtb", "\u00d0\r\u00fe\u00edrest");
        assertThat(answers(
                        "check @a.dtb",
                        "check @none",
                        "check @broken.dtb",
                        "check @a.dts",
                        "check",
                        "check ",
                        "check @a.dtb @a.dtb",
                        "",
                        "nonsense @a.dtb",
                        "lookup @a.dtb",
                        "roundtrip @a.dtb @no/such/directory",
                        "check nul\0nul",
                        "check -",
                        "overlay @a.dtb @out",
                        "overlay @a.dtb @out @none",
                        "dts @none @out",
                        "check @a.dtb"))
                .containsExactly(
                        "OK",
                        "ERR\tIO",
                        "ERR\tTRUNCATED",
                        "ERR\tBADMAGIC",
                        "ERR\tUSAGE",
                        "ERR\tIO",
                        "ERR\tUSAGE",
                        "ERR\tUSAGE",
                        "ERR\tUSAGE",
                        "ERR\tUSAGE",
                        "ERR\tIO",
                        "ERR\tIO",
                        "ERR\tIO",
                        "ERR\tUSAGE",
                        "ERR\tIO",
                        "ERR\tIO",
                        "OK");
        assertThat(file("out")).doesNotExist();
        assertThat(err()).isEmpty();
    }

    @Test
    void everyAnswerComesBeforeTheNextQuestion() {
        List<String> events = new ArrayList<>();
        InputStream questions = new InputStream() {
            private final byte[] bytes = expand("check\t@a.dtb\ncheck\t@none\n").getBytes(StandardCharsets.UTF_8);
            private int at;

            @Override
            public int read() {
                if (at == 0 || bytes[at - 1] == '\n') {
                    events.add("question");
                }
                return at < bytes.length ? bytes[at++] : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int next = read();
                target[offset] = (byte) next;
                return next < 0 ? -1 : 1;
            }
        };
        OutputStream answers = new OutputStream() {
            @Override
            public void write(int b) {
                events.add(String.valueOf((char) b));
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                events.add(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
            }
        };
        assertThat(FdtCommand.run(Streams.of(questions, answers, err), "batch")).isZero();
        assertThat(events).containsExactly("question", "OK\n", "question", "ERR\tIO\n", "question");
    }

    @Test
    void aRoundTripGivesTheSameTree() throws Exception {
        assertThat(answers("roundtrip @a.dtb @b.dtb", "dts @a.dtb @b.dts")).containsExactly("OK", "OK");
        assertThat(Files.readAllBytes(file("b.dtb"))).isEqualTo(Files.readAllBytes(file("a.dtb")));
        compile("c.dtb", Files.readString(file("b.dts")));
        assertThat(TreeDiff.between(tree("a.dtb"), tree("c.dtb")).isEmpty()).isTrue();
    }

    @Test
    void aTreeThatNoSourceExpressesLeavesNoFile() throws Exception {
        EditableTree tree = EditableTree.empty();
        tree.root().add("a b");
        write(tree, "odd.dtb");
        assertThat(answers("check @odd.dtb", "dts @odd.dtb @odd.dts").get(1)).startsWith("ERR\t");
        assertThat(file("odd.dts")).doesNotExist();
    }

    @Test
    void aPathIsOneFieldOfOneLine() throws Exception {
        EditableTree tree = EditableTree.empty();
        for (String name : new String[] {"a\nb@1", "c\td@1", "e\u007ff@1", "g\u00e9@1"}) {
            tree.root().add(name).add("x" + tree.root().children().size());
        }
        tree.root().add("aliases").set("z", PropertyValue.ofStrings("/a\nb@1/x1"));
        write(tree, "odd.dtb");
        in = expand("lookup\t@odd.dtb\tz\nlookup\t@odd.dtb\t/e\u007ff/x3\nlookup\t@odd.dtb\t/g\u00e9\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(run("batch")).isZero();
        assertThat(out()).isEqualTo("ERR\tBADSTRUCTURE\nERR\tBADSTRUCTURE\nOK\t/g\u00e9%1\n".replace('%', '@'));
    }

    @Test
    void ofAHugeFileOnlyTheBlobIsRead() throws Exception {
        for (String name : new String[] {"huge.dtb", "huge"}) {
            Files.write(file(name), name.equals("huge") ? new byte[8] : Files.readAllBytes(file("a.dtb")));
            try (RandomAccessFile file = new RandomAccessFile(file(name).toFile(), "rw")) {
                file.setLength(3L << 30);
            }
        }
        assertThat(answers("check @huge.dtb", "lookup @huge.dtb /m", "check @huge"))
                .containsExactly("OK", "OK\t/m", "ERR\tIO");
        assertThat(err()).isEmpty();
    }

    @Test
    void deepSourcesAreNotMostlyBlanks() throws Exception {
        EditableTree tree = EditableTree.empty();
        EditableNode node = tree.root();
        for (int i = 0; i < 5000; i++) {
            node = node.add("n");
        }
        write(tree, "deep.dtb");
        assertThat(answers("dts @deep.dtb @deep.dts")).containsExactly("OK");
        assertThat(Files.size(file("deep.dts"))).isLessThan(1_000_000);
        assertThat(run("dtc", "-o", "@again.dtb", "@deep.dts")).as(err()).isZero();
        assertThat(Files.readAllBytes(file("again.dtb"))).isEqualTo(Files.readAllBytes(file("deep.dtb")));
    }

    private void write(EditableTree tree, String name) throws IOException {
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        Files.write(file(name), bytes);
    }

    @Test
    void overlaysAreApplied() throws Exception {
        compile("o1.dtb", "/dts-v1/; /plugin/; &{/m} { x = <1>; };");
        compile("o2.dtb", "/dts-v1/; /plugin/; &{/m} { y = <2>; };");
        compile("o3.dtb", "/dts-v1/; /plugin/; &label { y = <2>; };");
        assertThat(answers("overlay @a.dtb @out @o1.dtb @o2.dtb", "overlay @a.dtb @none @o3.dtb", "lookup @out /m"))
                .containsExactly("OK", "ERR\tBADOFFSET", "OK\t/m");
        assertThat(file("none")).doesNotExist();
        assertThat(run("fdtget", "@out", "/m", "x", "/m", "y")).isZero();
        assertThat(out()).isEqualTo("1\n2\n");
    }

    @Test
    void pathsAreThoseOfLibfdt() {
        assertThat(answers(
                        "lookup @a.dtb /",
                        "lookup @a.dtb //",
                        "lookup @a.dtb /n",
                        "lookup @a.dtb /n%2/",
                        "lookup @a.dtb //n//sub//",
                        "lookup @a.dtb a",
                        "lookup @a.dtb a/sub",
                        "lookup @a.dtb a/none",
                        "lookup @a.dtb bad",
                        "lookup @a.dtb none/sub",
                        "lookup @a.dtb ",
                        "lookup @a.dtb /n%3",
                        "lookup @a.dtb /%",
                        "lookup @a.dtb /m%"))
                .containsExactly(
                        "OK\t/",
                        "OK\t/",
                        "OK\t/n@1",
                        "OK\t/n@2",
                        "OK\t/n@1/sub",
                        "OK\t/n@1",
                        "OK\t/n@1/sub",
                        "ERR\tNOTFOUND",
                        "ERR\tBADPATH",
                        "ERR\tBADPATH",
                        "ERR\tBADPATH",
                        "ERR\tNOTFOUND",
                        "ERR\tNOTFOUND",
                        "ERR\tNOTFOUND");
    }

    @Test
    void aFileThatChangesIsReadAgain() throws Exception {
        assertThat(answers("lookup @a.dtb /m", "lookup @a.dtb /new")).containsExactly("OK\t/m", "ERR\tNOTFOUND");
        compile("b.dtb", SOURCE.replace("m { }", "new { }"));
        assertThat(answers("lookup @a.dtb /m", "roundtrip @b.dtb @a.dtb", "lookup @a.dtb /new", "lookup @a.dtb /m"))
                .containsExactly("OK\t/m", "OK", "OK\t/new", "ERR\tNOTFOUND");
    }

    @Test
    void noTreeIsTooDeep() throws Exception {
        EditableTree tree = EditableTree.empty();
        EditableNode node = tree.root();
        for (int i = 0; i < 5000; i++) {
            node = node.add("n");
        }
        write(tree, "deep.dtb");
        String path = "/n".repeat(5000);
        assertThat(answers(
                        "check @deep.dtb",
                        "roundtrip @deep.dtb @again.dtb",
                        "dts @deep.dtb @deep.dts",
                        "lookup @deep.dtb " + path,
                        "lookup @deep.dtb " + path + "/n"))
                .containsExactly("OK", "OK", "OK", "OK\t" + path, "ERR\tNOTFOUND");
        assertThat(Files.readAllBytes(file("again.dtb"))).isEqualTo(Files.readAllBytes(file("deep.dtb")));
        assertThat(run("dtc", "-q", "-s", "-O", "dtb", "-o", "@sorted.dtb", "@deep.dtb"))
                .as(err())
                .isZero();
        assertThat(Files.readAllBytes(file("sorted.dtb"))).isEqualTo(Files.readAllBytes(file("deep.dtb")));
    }

    @Test
    void theLastLineNeedsNoEnd() {
        in = new byte[0];
        assertThat(run("batch")).isZero();
        assertThat(out()).isEmpty();
        assertThat(answers("check @a.dtb")).containsExactly("OK");
        in = expand("check\t@a.dtb\n").getBytes(StandardCharsets.UTF_8);
        assertThat(FdtCommand.run(Streams.of(new ByteArrayInputStream(in), out, err), "batch"))
                .isZero();
        assertThat(out()).isEqualTo("OK\nOK\n");
    }
}

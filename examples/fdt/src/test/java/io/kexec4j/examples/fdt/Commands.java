package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.dts.DtsParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The commands on files in a temporary directory: {@code @name} in an argument is a file there. */
abstract class Commands {
    static final String SOURCE = """
            /dts-v1/;
            /memreserve/ 0x1000 0x2000;
            / {
                compatible = "a,b", "c";
                n = <1 2 0xffffffff>;
                empty;
                b = [01 02 03];
                raw = "unterminated";
                sh = [12 34 ff fe];
                s1 = "";
                aliases { a = "/n@1"; bad = "n@1"; };
                n@1 { p = <1>; sub { q = "x"; }; };
                n@2 { };
                m { };
            };
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path root;

    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    byte[] in = {};

    @BeforeEach
    void aTree() throws IOException {
        write("a.dts", SOURCE);
        compile("a.dtb", SOURCE);
    }

    Path file(String name) {
        return root.resolve(name);
    }

    void write(String name, String text) throws IOException {
        Files.createDirectories(file(name).getParent());
        Files.writeString(file(name), text, StandardCharsets.ISO_8859_1);
    }

    void compile(String name, String source) throws IOException {
        ByteBuffer blob = DtsParser.parse(name, source).write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        Files.write(file(name), bytes);
    }

    /** Runs a command, whose output takes the place of that of the last one. */
    int run(String... arguments) {
        out.reset();
        err.reset();
        Streams streams = Streams.of(new ByteArrayInputStream(in), out, err);
        return FdtCommand.run(
                streams, Arrays.stream(arguments).map(this::expand).toArray(String[]::new));
    }

    String expand(String argument) {
        return argument.replace("@", root + "/").replace("%", "@");
    }

    String out() {
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    Fdt tree(String name) throws IOException {
        return Fdt.read(ByteBuffer.wrap(Files.readAllBytes(file(name))), FdtLimits.NONE);
    }
}

package io.kexec4j.fdt.dts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is an error or a tree that is printed and parsed again; any tree of any bytes can be printed somehow. */
class DtsFuzzTest {
    private static final DtsOptions SMALL = DtsOptions.DEFAULT.withMaxSize(1 << 20);

    /** Files that contain themselves, and each other. */
    private static final DtsFiles ENDLESS = new DtsFiles() {
        @Override
        public String text(String name) {
            return name.repeat(2);
        }

        @Override
        public ByteBuffer bytes(String name) throws IOException {
            return ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1));
        }
    };

    static Stream<byte[]> sources() {
        Stream<String> cases = Stream.of("good.txt", "bad.txt")
                .flatMap(file -> SourceCase.in(file).stream())
                .map(SourceCase::source);
        Stream<String> repetitions = Stream.of(
                "# 1 \"x\"" + " 1".repeat(40_000) + "\n/dts-v1/; / { };",
                "# 1 \"" + "\\x".repeat(40_000) + "\"\n/dts-v1/; / { };",
                "/dts-v1/; / { a = /incbin/(\"\0\"); };");
        return Stream.concat(cases, repetitions).map(each -> each.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<byte[]> blobs() {
        return LongStream.range(0, 20).mapToObj(seed -> {
            ByteBuffer blob = Trees.random(seed).write();
            byte[] bytes = new byte[blob.remaining()];
            blob.get(bytes);
            return bytes;
        });
    }

    @MethodSource("sources")
    @FuzzTest
    void anyText(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (boolean symbols : new boolean[] {false, true}) {
            EditableTree tree;
            try {
                tree = DtsParser.parse("-", text, ENDLESS, SMALL.withSymbols(symbols));
            } catch (DtsException e) {
                assertThat(e.rule()).isNotBlank();
                continue;
            }
            String source;
            try {
                source = DtsPrinter.print(tree);
            } catch (FdtException e) {
                // A phandle that is a fixup looks like a wrong phandle where the fixups are, to dtc too.
                assertThat(tree.root().child("__local_fixups__")).isPresent();
                continue;
            }
            EditableTree again =
                    DtsParser.parse("-", source, DtsFiles.NONE, DtsOptions.DEFAULT.withBootCpuid(tree.bootCpuid()));
            assertThat(Trees.dump(again)).isEqualTo(Trees.dump(tree));
        }
    }

    @MethodSource("blobs")
    @FuzzTest
    void anyBlob(byte[] bytes) throws IOException {
        Fdt tree;
        try {
            tree = Fdt.read(ByteBuffer.wrap(bytes));
        } catch (FdtException e) {
            return;
        }
        StringBuilder lenient = new StringBuilder();
        DtsPrinter.print(tree, lenient, DtsStyle.LENIENT);
        assertThat(lenient).startsWith("/dts-v1/;");
        String source;
        try {
            source = DtsPrinter.print(tree);
        } catch (FdtException e) {
            assertThat(e.rule()).isNotBlank();
            return;
        }
        EditableTree again =
                DtsParser.parse("-", source, DtsFiles.NONE, DtsOptions.DEFAULT.withBootCpuid(tree.bootCpuid()));
        assertThat(Trees.dump(again)).isEqualTo(Trees.dump(tree));
    }
}

package io.kexec4j.fdt.dts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources of each form that the language has, and of each error, compared with what dtc makes of them. */
class SourceCasesTest {
    private static final DtsStyle BARE = new DtsStyle(false, false, true);

    @TempDir
    Path directory;

    static List<SourceCase> good() {
        return SourceCase.in("good.txt");
    }

    static List<SourceCase> bad() {
        return SourceCase.in("bad.txt");
    }

    @ParameterizedTest
    @MethodSource("good")
    void compiles(SourceCase good) throws Exception {
        assertThat(bare(parse(good))).isEqualTo(good.result());
    }

    @ParameterizedTest
    @MethodSource("good")
    void compilesAsDtcDoes(SourceCase good) throws Exception {
        Optional<ByteBuffer> compiled = Dtc.in(directory).compile(good.source(), good.dtcOptions());

        assertThat(Trees.dump(parse(good))).isEqualTo(Trees.dump(Fdt.read(compiled.orElseThrow())));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefused(SourceCase bad) {
        assertThatThrownBy(() -> parse(bad)).isInstanceOf(DtsException.class).hasMessage(bad.result());
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefusedByDtcToo(SourceCase bad) throws Exception {
        Optional<ByteBuffer> compiled = Dtc.in(directory).compile(bad.source());

        assertThat(compiled.isPresent()).isEqualTo(bad.isStricterThanDtc());
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyPrefixIsATreeOrAnError(SourceCase good) {
        String source = good.source();
        for (int end = 0; end < source.length(); end++) {
            String prefix = source.substring(0, end);
            try {
                DtsParser.parse("-", prefix);
                assertThat(prefix).contains("};");
            } catch (DtsException e) {
                assertThat(e.position().line()).isPositive();
                assertThat(e.position().column()).isPositive();
            }
        }
    }

    private static EditableTree parse(SourceCase source) throws DtsException {
        return DtsParser.parse("-", source.source(), DtsFiles.NONE, source.options());
    }

    private static String bare(EditableTree tree) throws Exception {
        StringBuilder text = new StringBuilder();
        DtsPrinter.print(tree, text, BARE);
        return text.toString().strip();
    }
}

package io.kexec4j.fdt.dts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A printed tree compiles to the same tree, here and with dtc. */
class PrintAndParseTest {
    @TempDir
    Path directory;

    static List<DtsStyle> styles() {
        return List.of(DtsStyle.DEFAULT, DtsStyle.PLAIN, DtsStyle.LENIENT);
    }

    /** What is compiled from sources can be printed, but for a plugin that has a phandle in its fixups. */
    static List<SourceCase> printable() {
        return SourceCase.in("good.txt").stream()
                .filter(good ->
                        !good.name().equals("plugin with paths") && !good.name().equals("plugin of itself"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("styles")
    void randomTrees(DtsStyle style) throws Exception {
        for (int seed = 0; seed < 1000; seed++) {
            EditableTree tree = Trees.random(seed);
            assertThat(Trees.dump(parse(tree, style))).as("seed %s", seed).isEqualTo(Trees.dump(tree));
        }
    }

    @Test
    void randomBlobs() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Fdt tree = Fdt.read(Trees.random(seed).write());
            String source = DtsPrinter.print(tree);
            assertThat(source).isEqualTo(DtsPrinter.print(tree.edit()));
            assertThat(DtsParser.parse("-", source, DtsFiles.NONE, asNumbered(tree.edit()))
                            .write())
                    .as("seed %s", seed)
                    .isEqualTo(tree.bytes());
        }
    }

    @Test
    void randomTreesWithDtc() throws Exception {
        Dtc dtc = Dtc.in(directory);
        for (int seed = 0; seed < 60; seed++) {
            EditableTree tree = Trees.random(seed);
            String cpuid = Integer.toString(tree.bootCpuid());
            Fdt compiled =
                    Fdt.read(dtc.compile(DtsPrinter.print(tree), "-b", cpuid).orElseThrow());
            assertThat(Trees.dump(compiled)).as("seed %s", seed).isEqualTo(Trees.dump(tree));
        }
    }

    @ParameterizedTest
    @MethodSource("printable")
    void compiledSources(SourceCase good) throws Exception {
        EditableTree tree = DtsParser.parse("-", good.source(), DtsFiles.NONE, good.options());
        for (DtsStyle style : styles()) {
            if (!style.equals(DtsStyle.PLAIN)
                    || tree.root().child("__local_fixups__").isEmpty()) {
                assertThat(Trees.dump(parse(tree, style))).isEqualTo(Trees.dump(tree));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("printable")
    void compiledSourcesWithDtc(SourceCase good) throws Exception {
        EditableTree tree = DtsParser.parse("-", good.source(), DtsFiles.NONE, good.options());
        String cpuid = Integer.toUnsignedString(tree.bootCpuid());

        Fdt compiled = Fdt.read(
                Dtc.in(directory).compile(DtsPrinter.print(tree), "-b", cpuid).orElseThrow());

        assertThat(Trees.dump(compiled)).isEqualTo(Trees.dump(tree));
    }

    private static EditableTree parse(EditableTree tree, DtsStyle style) throws Exception {
        StringBuilder source = new StringBuilder();
        DtsPrinter.print(tree, source, style);
        return DtsParser.parse("-", source.toString(), DtsFiles.NONE, asNumbered(tree));
    }

    private static DtsOptions asNumbered(EditableTree tree) {
        return DtsOptions.DEFAULT.withBootCpuid(tree.bootCpuid());
    }
}

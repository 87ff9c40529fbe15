package io.kexec4j.fdt.dts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.Corpus;
import io.kexec4j.fdt.Fdt;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All device trees of Debian's kernels as sources, compiled by us and by dtc. */
class RealSourcesTest {
    @TempDir
    private Path directory;

    @Test
    void parsedTheyAreTheSameBlob() throws Exception {
        for (Path file : Corpus.trees()) {
            Fdt tree = Fdt.read(file);
            DtsOptions options = DtsOptions.DEFAULT.withBootCpuid(tree.bootCpuid());
            ByteBuffer parsed = DtsParser.parse(file.toString(), DtsPrinter.print(tree), DtsFiles.NONE, options)
                    .write();
            assertThat(parsed).as("%s", file).isEqualTo(tree.edit().write());
        }
    }

    @Test
    void dtcCompilesThemToTheSameTree() throws Exception {
        Dtc dtc = Dtc.in(directory);
        for (Path file : Corpus.trees()) {
            Fdt tree = Fdt.read(file);
            String cpuid = Integer.toUnsignedString(tree.bootCpuid());
            Fdt compiled =
                    Fdt.read(dtc.compile(DtsPrinter.print(tree), "-b", cpuid).orElseThrow());
            assertThat(compiled.edit().write())
                    .as("%s", file)
                    .isEqualTo(tree.edit().write());
        }
    }
}

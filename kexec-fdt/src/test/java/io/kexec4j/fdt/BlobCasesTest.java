package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blobs with one peculiarity each: read or refused as libfdt does, and the rules that they break. */
class BlobCasesTest {
    static List<BlobCase> all() {
        return BlobCase.all();
    }

    static List<BlobCase> readable() {
        return BlobCase.readable();
    }

    @ParameterizedTest
    @MethodSource("all")
    void verdict(BlobCase blob) throws Exception {
        if (blob.error().isEmpty()) {
            assertThat(Walk.of(blob.read())).isNotEmpty();
        } else {
            assertThatThrownBy(blob::read).isInstanceOfSatisfying(FdtException.class, e -> {
                assertThat(e.error()).isEqualTo(blob.error().get());
                assertThat(e.offset()).isPresent();
                assertThat(e.rule()).isNotBlank();
            });
        }
    }

    @ParameterizedTest
    @MethodSource("readable")
    void brokenRules(BlobCase blob) throws Exception {
        Fdt tree = blob.read();
        List<Violation> violations = SpecificationRules.check(tree);

        assertThat(violations.stream().map(Violation::rule).distinct()).isEqualTo(blob.broken());
        for (Violation violation : violations) {
            assertThat(violation.offset()).isBetween(0, tree.header().totalSize());
        }
    }

    @ParameterizedTest
    @MethodSource("readable")
    void strictReadingThrowsTheFirst(BlobCase blob) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(blob.blob().bytes());
        if (blob.broken().isEmpty()) {
            assertThat(Walk.of(Fdt.readStrictly(bytes, FdtLimits.NONE))).isEqualTo(Walk.of(blob.read()));
        } else {
            assertThatThrownBy(() -> Fdt.readStrictly(bytes, FdtLimits.NONE))
                    .isInstanceOfSatisfying(FdtException.class, e -> {
                        assertThat(e.error()).isEqualTo(FdtError.SPECIFICATION);
                        assertThat(e.rule()).isEqualTo(blob.broken().get(0).text());
                        assertThat(e.offset()).isPresent();
                    });
        }
    }

    /** What is lost is what a tree does not have: NOPs, gaps, properties outside of the root, what follows FDT_END. */
    @ParameterizedTest
    @MethodSource("readable")
    void writtenAndReadAgain(BlobCase blob) throws Exception {
        Fdt tree = blob.read();
        for (int version : new int[] {16, 17}) {
            ByteBuffer written = tree.edit().write(BlobOptions.DEFAULT.withVersion(version));
            Fdt again = Fdt.read(written, FdtLimits.NONE);

            assertThat(Walk.of(again)).isEqualTo(Walk.of(tree));
            assertThat(again.header().version()).isEqualTo(version);
            assertThat(again.header().totalSize()).isEqualTo(written.remaining());
            assertThat(again.edit().write(BlobOptions.DEFAULT.withVersion(version)))
                    .isEqualTo(written);
        }
    }

    @Test
    void deeperThanTheLimitIsRefused() throws Exception {
        assertThat(StructureCases.nested(64).read().nodes()).hasSize(64);
        assertThatThrownBy(() -> StructureCases.nested(65).read())
                .isInstanceOfSatisfying(
                        FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.LIMIT));
        ByteBuffer two = ByteBuffer.wrap(StructureCases.nested(2).bytes());
        assertThat(Fdt.read(two, new FdtLimits(2)).nodes()).hasSize(2);
        assertThatThrownBy(() -> Fdt.read(two, new FdtLimits(1)))
                .isInstanceOfSatisfying(
                        FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.LIMIT));
    }
}

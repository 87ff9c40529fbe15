package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.overlay.OverlayCases.Case;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of overlays: what comes out, or which error with which words, from blobs and from editable trees. */
class OverlayCasesTest {
    static List<Case> good() {
        return OverlayCases.all().stream().filter(c -> c.error().isEmpty()).toList();
    }

    static List<Case> bad() {
        return OverlayCases.all().stream().filter(c -> c.error().isPresent()).toList();
    }

    @ParameterizedTest
    @MethodSource("good")
    void applies(Case good) throws FdtException {
        EditableTree merged = Overlays.apply(good.base(), good.overlay());

        assertThat(Trees.flat(merged)).isEqualTo(Trees.flat(good.expected()));
        assertThat(Trees.bytes(Overlays.apply(Trees.blob(good.base()), Trees.blob(good.overlay()))))
                .isEqualTo(Trees.bytes(merged));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refuses(Case bad) throws FdtException {
        for (DeviceTree overlay : List.of(bad.overlay(), Trees.blob(bad.overlay()))) {
            FdtException error = catchThrowableOfType(FdtException.class, () -> Overlays.apply(bad.base(), overlay));

            assertThat(error).hasMessageContaining(bad.message());
            assertThat(error.error()).isEqualTo(bad.error().orElseThrow());
            assertThat(error.path().flatMap(bad.overlay()::node))
                    .as("the place is one of the overlay: %s", error.getMessage())
                    .isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource({"good", "bad"})
    void changesNeitherInput(Case any) {
        List<String> base = Trees.lines(any.base());
        List<String> overlay = Trees.lines(any.overlay());

        FdtException error = catchThrowableOfType(FdtException.class, () -> Overlays.apply(any.base(), any.overlay()));

        assertThat(error != null).isEqualTo(any.error().isPresent());
        assertThat(Trees.lines(any.base())).isEqualTo(base);
        assertThat(Trees.lines(any.overlay())).isEqualTo(overlay);
    }
}

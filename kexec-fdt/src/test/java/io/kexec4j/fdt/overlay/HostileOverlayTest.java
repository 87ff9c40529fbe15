package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.overlay.OverlayCases.Case;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Overlays with every byte changed, and cut off at every byte. */
class HostileOverlayTest {
    @Test
    void everyByteChanged() {
        int applied = 0;
        int refused = 0;
        Random random = new Random(7);
        for (Case any : OverlayCases.all()) {
            byte[] bytes = Trees.bytes(any.overlay());
            for (int i = 0; i < bytes.length; i++) {
                byte kept = bytes[i];
                bytes[i] = (byte) (kept ^ 1 << random.nextInt(Byte.SIZE));
                if (applies(any.base(), bytes)) {
                    applied++;
                } else {
                    refused++;
                }
                bytes[i] = kept;
            }
        }
        assertThat(applied).isPositive();
        assertThat(refused).isGreaterThan(applied);
    }

    private static boolean applies(EditableTree base, byte[] overlay) {
        try {
            EditableTree merged = Overlays.apply(base, Fdt.read(ByteBuffer.wrap(overlay)));
            assertThat(Trees.lines(Trees.blob(merged))).isEqualTo(Trees.lines(merged));
            return true;
        } catch (FdtException e) {
            assertThat(e.rule()).isNotBlank();
            return false;
        }
    }

    @Test
    void cutOffAnywhere() {
        RandomOverlays random = new RandomOverlays(3);
        EditableTree base = random.base();
        byte[] bytes = Trees.bytes(random.overlay(base));
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Overlays.apply(base, Fdt.read(cut))).isInstanceOf(FdtException.class);
        }
    }
}

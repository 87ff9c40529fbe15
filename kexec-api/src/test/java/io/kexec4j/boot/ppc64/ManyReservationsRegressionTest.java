package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.text;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableTree;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** kexec-tools has room for 256 reservations, and gives up at one more. */
class ManyReservationsRegressionTest {
    @Test
    void allTablesAreReserved() throws IOException {
        EditableTree start = Ppc64Trees.guest();
        for (int i = 0; i < 300; i++) {
            start.root()
                    .add("pci@" + Integer.toHexString(i))
                    .set("device_type", text("pci"))
                    .set("linux,tce-base", u64(0x3000_0000 + 0x2000L * i))
                    .set("linux,tce-size", cells(0x1000));
        }

        assertThat(Ppc64Trees.normal(start, live(start)).reservations()).hasSize(302);
    }
}

package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.CRASH;
import static io.kexec4j.boot.ppc64.Ppc64Trees.RTAS;
import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * kexec-tools, and Linux's own loader, write a number of ranges for each block, while Linux reads one only for those that are memory: a
 * block that the machine does not have takes the ranges of all behind it away from them. And kexec-tools knows blocks one by one only:
 * where they are listed in rows, the crash kernel used them all.
 */
class BlockWithoutMemoryRegressionTest {
    private static final String USABLE = "linux,drconf-usable-memory";

    private static Fdt tree(String form, int... cells) throws IOException {
        EditableTree start = Ppc64Trees.guest();
        node(start, "/memory@0").set("reg", u64(0, CRASH.start()));
        start.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", u64(0x1000_0000))
                .set(form, cells(cells));
        return Ppc64Trees.crash(start, live(start), Ppc64Trees.crash().build());
    }

    @Test
    void aBlockThatIsNoMemoryHasNoNumber() throws IOException {
        Fdt tree = tree(
                "ibm,dynamic-memory",
                3,
                0,
                0x3000_0000,
                3,
                0,
                0,
                0,
                0,
                0x1000_0000,
                1,
                0,
                0,
                8,
                0,
                0x2000_0000,
                2,
                0,
                0,
                8);

        assertThat(node(tree, "/ibm,dynamic-reconfiguration-memory").property(USABLE))
                .contains(u64(1, CRASH.start(), CRASH.size(), 1, RTAS.start(), RTAS.size()));
    }

    @Test
    void blocksInRowsAreLimitedToo() throws IOException {
        Fdt tree = tree("ibm,dynamic-memory-v2", 2, 1, 0, 0x4000_0000, 9, 0, 0, 2, 0, 0x1000_0000, 1, 0, 8);

        assertThat(node(tree, "/ibm,dynamic-reconfiguration-memory").property(USABLE))
                .contains(u64(1, CRASH.start(), CRASH.size(), 1, RTAS.start(), RTAS.size()));
    }
}

package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.CRASH;
import static io.kexec4j.boot.ppc64.Ppc64Trees.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.memory.PowerMemory;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** kexec-tools looks at the first range of a memory node only: a crash kernel whose memory is in the second had none. */
class FirstPairOfUsableMemoryRegressionTest {
    @Test
    void allRangesOfANodeCount() throws IOException {
        EditableTree start = Ppc64Trees.guest();
        node(start, "/memory@0").set("reg", u64(0, 0x800_0000, CRASH.start(), GIB / 2, 4 * GIB, GIB));

        Fdt tree = Ppc64Trees.crash(start, live(start), Ppc64Trees.crash().build());

        assertThat(PowerMemory.parse(tree).ram()).anyMatch(CRASH::contains);
        assertThat(PowerMemory.parse(tree).ram()).noneMatch(range -> range.start() >= 4 * GIB);
    }
}

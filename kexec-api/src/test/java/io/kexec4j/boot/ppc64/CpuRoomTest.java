package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.crash;
import static io.kexec4j.boot.ppc64.Ppc64Trees.handOver;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.plan;
import static io.kexec4j.boot.ppc64.Ppc64Trees.request;
import static io.kexec4j.boot.ppc64.Ppc64Trees.target;
import static io.kexec4j.boot.ppc64.Ppc64Trees.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuRoomTest {
    private final EditableTree start = Ppc64Trees.guest();

    private DeviceTreeHandOver updated(int possible, boolean hotplug) throws IOException {
        CrashFacts facts = crash().cpus(List.of(), possible).build();
        Target target = target(start, live(start));
        return handOver(request(target, null, plan(target, facts, hotplug)), null);
    }

    /** What the running kernel does when the last CPU has come: it writes them all anew, with their names as properties. */
    private static int sizeWith(Fdt tree, int cores) {
        EditableTree full = tree.edit();
        EditableNode cpus = node(full, "/cpus");
        cpus.set("name", text("cpus"));
        EditableNode model = cpus.children().get(0);
        for (int core = cpus.children().size(); core < cores; core++) {
            EditableNode copy = model.parent().orElseThrow().add("PowerPC,POWER9@" + Integer.toHexString(core * 8));
            model.properties().forEach(property -> copy.set(property.name(), property.value()));
        }
        cpus.children().forEach(cpu -> cpu.set("name", text("PowerPC,POWER9")));
        return full.write().remaining();
    }

    /** Four threads a core. */
    @ParameterizedTest
    @CsvSource({"8, 2", "9, 3", "12, 3", "256, 64", "2048, 512", "0, 2", "4, 2"})
    void allCpusThatThereMayBeFit(int possible, int cores) throws IOException {
        node(start, "/cpus/PowerPC,POWER9@0").set("ibm,pa-features", PropertyValue.of(new byte[67]));

        Fdt tree = updated(possible, true).tree();

        int full = sizeWith(tree, cores);
        assertThat(tree.header().totalSize())
                .isGreaterThanOrEqualTo(full + CpuRoom.SPARE / 2)
                .isLessThan(full + 2 * CpuRoom.SPARE + 16 * cores);
    }

    @Test
    void otherImagesHaveNoRoom() throws IOException {
        Fdt tree = updated(2048, false).tree();
        assertThat(tree.header().totalSize()).isEqualTo(tree.edit().write().remaining());
    }

    @Test
    void saysThatTheNumberOfCpusIsNotKnown() throws IOException {
        assertThat(updated(0, true).remarks())
                .containsExactly("the device tree has no room for CPUs to come: how many there may be is not known");
        assertThat(updated(8, true).remarks()).isEmpty();
    }

    @Test
    void aMachineThatDoesNotTellOfThreadsHasOneACore() throws FdtException {
        node(start, "/cpus/PowerPC,POWER9@0").set("ibm,ppc-interrupt-server#s", PropertyValue.EMPTY);
        node(start, "/cpus/PowerPC,POWER9@8").unset("ibm,ppc-interrupt-server#s");
        assertThat(CpuRoom.of(start, 100)).isGreaterThan(CpuRoom.of(Ppc64Trees.guest(), 100) + 60 * 100);
    }

    @Test
    void withoutACpuThereIsNothingToComeLike() throws FdtException {
        node(start, "/cpus").remove();
        assertThat(CpuRoom.of(start, 100)).isEqualTo(CpuRoom.SPARE);
    }

    @Test
    void moreThanAnyTreeHasIsRefused() {
        node(start, "/cpus/PowerPC,POWER9@0").set("ibm,ppc-interrupt-server#s", cells(0));
        assertThatThrownBy(() -> updated(Integer.MAX_VALUE, true))
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("at most 16777216");
    }
}

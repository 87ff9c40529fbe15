package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.memory;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.normal;
import static io.kexec4j.boot.ppc64.Ppc64Trees.request;
import static io.kexec4j.boot.ppc64.Ppc64Trees.target;
import static io.kexec4j.boot.ppc64.Ppc64Trees.text;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What has come and gone since the machine was started. */
class RunningMachineTest {
    private final EditableTree start = Ppc64Trees.guest();
    private final EditableTree live = live(start);

    private static List<String> children(Node node) {
        return node.children().stream().map(Node::name).toList();
    }

    private static void assertUniquePhandles(Fdt tree) {
        Set<Integer> phandles = new HashSet<>();
        for (Node node : tree.all()) {
            node.phandle()
                    .ifPresent(phandle -> assertThat(phandles.add(phandle))
                            .as("%s is the only one with 0x%x", node.path(), phandle)
                            .isTrue());
        }
    }

    private DeviceTreeHandOver handOver(EditableTree users) throws IOException {
        return Ppc64Trees.handOver(request(target(start, live), users, null), null);
    }

    @Test
    void cpusComeAndGo() throws IOException {
        node(live, "/cpus/PowerPC,POWER9@0").remove();
        Ppc64Trees.cpu(live, 24, 0x3e64_9000);
        Ppc64Trees.cpu(live, 16, 0x3e64_8000);
        node(live, "/cpus/PowerPC,POWER9@8")
                .set("cpu-version", cells(0xf00_0005))
                .unset("reg");

        Fdt tree = normal(start, live);

        assertThat(children(node(tree, "/cpus")))
                .containsExactly("PowerPC,POWER9@8", "PowerPC,POWER9@10", "PowerPC,POWER9@18");
        assertThat(node(tree, "/cpus/PowerPC,POWER9@8").properties())
                .containsExactlyInAnyOrderElementsOf(
                        node(live, "/cpus/PowerPC,POWER9@8").properties());
        assertThat(node(tree, "/cpus/PowerPC,POWER9@18").properties())
                .isEqualTo(node(live, "/cpus/PowerPC,POWER9@18").properties());
        assertUniquePhandles(tree);
    }

    @Test
    void withoutALiveTreeTheCpusOfTheStartRemain() throws IOException {
        assertThat(children(node(normal(start, null), "/cpus"))).hasSize(2);
        node(live, "/cpus").remove();
        assertThat(children(node(normal(start, live), "/cpus"))).hasSize(2);
    }

    @Test
    void whatIsNoCpuRemains() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();
        EditableTree now = live(bareMetal);
        node(now, "/cpus/PowerPC,POWER9@8").remove();
        Ppc64Trees.cpu(now, 12, 12);

        assertThat(children(node(normal(bareMetal, now), "/cpus"))).containsExactly("l2-cache@8", "PowerPC,POWER9@c");
    }

    @Test
    void theCacheOfANewCpuComesAlong() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();
        EditableTree now = live(bareMetal);
        Ppc64Trees.cpu(now, 12, 12).set("l2-cache", cells(22));
        EditableNode cache = Ppc64Trees.cache(node(now, "/cpus"), 12, 22).set("next-level-cache", cells(23));
        Ppc64Trees.cache(node(now, "/cpus"), 13, 23);
        assertThat(cache.path()).isEqualTo("/cpus/l2-cache@c");

        Fdt tree = normal(bareMetal, now);

        assertThat(children(node(tree, "/cpus")))
                .contains("PowerPC,POWER9@c", "l2-cache@c", "l2-cache@d", "l2-cache@8");
        assertThat(tree.nodeByPhandle(22).orElseThrow().name()).isEqualTo("l2-cache@c");
        assertThat(tree.nodeByPhandle(23).orElseThrow().name()).isEqualTo("l2-cache@d");
    }

    /** A tree that was made elsewhere counts its nodes in another way; what refers to a node must find it all the same. */
    @Test
    void phandlesOfAUsersTreeStayUniqueAndNameWhatTheyNamed() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();
        EditableTree now = live(bareMetal);
        Ppc64Trees.cpu(now, 12, 12).set("l2-cache", cells(22));
        Ppc64Trees.cache(node(now, "/cpus"), 12, 22);
        EditableTree users = bareMetal.copy();
        node(users, "/cpus/PowerPC,POWER9@8").set("phandle", cells(1)).set("l2-cache", cells(2));
        node(users, "/cpus/l2-cache@8").set("phandle", cells(2));
        node(users, "/chosen").set("phandle", cells(12));
        node(users, "/ibm,opal").set("phandle", cells(22)).set("first-cpu", cells(1));

        DeviceTreeHandOver handOver = Ppc64Trees.handOver(request(target(bareMetal, now), users, null), null);
        Fdt tree = handOver.tree();

        assertUniquePhandles(tree);
        assertThat(node(tree, "/cpus/PowerPC,POWER9@8").property("phandle")).contains(cells(1));
        assertThat(node(tree, "/cpus/PowerPC,POWER9@8").property("l2-cache")).contains(cells(2));
        assertThat(tree.nodeByPhandle(12).orElseThrow().name()).isEqualTo("chosen");
        int cache = node(tree, "/cpus/l2-cache@c").phandle().orElseThrow();
        assertThat(node(tree, "/cpus/PowerPC,POWER9@c").property("l2-cache")).contains(cells(cache));
        assertThat(handOver.remarks())
                .containsExactly(
                        "the CPUs in the device tree are not those of the running machine: the running machine's were taken");
    }

    @Test
    void aUsersTreeOfTheSameCpusIsNoMatterOfRemark() throws IOException {
        assertThat(handOver(start.copy()).remarks()).isEmpty();
    }

    @Test
    void memoryComesAndGoes() throws IOException {
        memory(start, GIB, GIB);
        node(live, "/memory@0").set("reg", u64(0, 2 * GIB)).set("ibm,associativity", cells(1, 0));
        memory(live, 4 * GIB, GIB).set("phandle", cells(0x3e64_4da0));
        blocks(live, 0x2000_0000, 8);

        Fdt tree = normal(start, live);

        assertThat(children(tree.root())).doesNotContain("memory@40000000");
        assertThat(node(tree, "/memory@0").property("reg")).contains(u64(0, 2 * GIB));
        assertThat(node(tree, "/memory@0").property("ibm,associativity")).isPresent();
        assertThat(node(tree, "/memory@0").property("phandle")).contains(cells(0x3e64_b0e8));
        assertThat(node(tree, "/memory@100000000").property("reg")).contains(u64(4 * GIB, GIB));
        assertThat(node(tree, "/ibm,dynamic-reconfiguration-memory").properties())
                .isEqualTo(node(live, "/ibm,dynamic-reconfiguration-memory").properties());
        assertUniquePhandles(tree);
    }

    @Test
    void blocksComeAndGo() throws IOException {
        blocks(start, 0x2000_0000, 0);
        blocks(live, 0x2000_0000, 8);

        assertThat(node(normal(start, live), "/ibm,dynamic-reconfiguration-memory")
                        .property("ibm,dynamic-memory-v2"))
                .contains(cells(1, 2, 0, 0x2000_0000, 1, 0, 8));
        node(live, "/ibm,dynamic-reconfiguration-memory").remove();
        assertThat(children(normal(start, live).root())).doesNotContain("ibm,dynamic-reconfiguration-memory");
    }

    private static void blocks(EditableTree tree, int address, int flags) {
        tree.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", u64(0x1000_0000))
                .set("ibm,dynamic-memory-v2", cells(1, 2, 0, address, 1, 0, flags));
    }

    @Test
    void aUsersTreeKeepsItsMemory() throws IOException {
        EditableTree users = start.copy();
        node(users, "/memory@0").set("reg", u64(0, GIB / 2));
        memory(live, 4 * GIB, GIB);

        Fdt tree = handOver(users).tree();

        assertThat(node(tree, "/memory@0").property("reg")).contains(u64(0, GIB / 2));
        assertThat(children(tree.root())).doesNotContain("memory@100000000");
    }

    @Test
    void windowsOfBridgesAreThoseOfNow() throws IOException {
        PropertyValue window = cells(0x8000_0000, 0, 0x800_0000, 0, 0x4000_0000, 24, 30);
        EditableNode then = node(start, "/pci@800000020000000").set("linux,direct64-ddr-window-info", cells(1));
        node(live, "/pci@800000020000000")
                .set("linux,dma64-ddr-window-info", window)
                .unset("ibm,dma-window");
        assertThat(then.property("ibm,dma-window")).isPresent();
        start.root().add("pci@1").set("device_type", text("pci")).set("ibm,dma-window", cells(7));

        Fdt tree = normal(start, live);

        Node bridge = node(tree, "/pci@800000020000000");
        assertThat(bridge.property("linux,dma64-ddr-window-info")).contains(window);
        assertThat(bridge.property("linux,direct64-ddr-window-info")).isEmpty();
        assertThat(bridge.property("ibm,dma-window")).isEmpty();
        assertThat(node(tree, "/pci@1").property("ibm,dma-window"))
                .as("nobody knows better")
                .contains(cells(7));
    }

    /** As the firmware itself has it, before Linux has put RTAS anywhere. */
    @Test
    void rtasIsWhereTheRunningKernelHasIt() throws IOException {
        EditableTree users = start.copy();
        node(users, "/rtas").set("linux,rtas-base", cells(0x1000_0000)).unset("linux,rtas-entry");
        assertThat(node(handOver(users).tree(), "/rtas").property("linux,rtas-entry"))
                .contains(cells(0x2fff_f000));
        assertThat(node(handOver(users).tree(), "/rtas").property("linux,rtas-base"))
                .contains(cells(0x2fff_f000));

        node(users, "/rtas").remove();
        assertThat(node(handOver(users).tree(), "/rtas").property("system-reboot"))
                .contains(cells(0x2004));
    }

    @Test
    void aLiveTreeThatIsNoneIsRefused() {
        node(live, "/cpus/PowerPC,POWER9@0").set("device_type", PropertyValue.of(new byte[] {'c'}));
        assertThatThrownBy(() -> normal(start, live))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("/cpus/PowerPC,POWER9@0");
    }
}

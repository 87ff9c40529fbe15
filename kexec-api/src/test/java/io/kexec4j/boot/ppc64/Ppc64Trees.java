package io.kexec4j.boot.ppc64;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.boot.RandomSource;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Device trees of PowerPC machines: small, but with what real ones have where it matters. */
final class Ppc64Trees {
    static final long GIB = 1L << 30;
    static final long MIB = 1 << 20;
    static final PhysicalRange INITRD = new PhysicalRange(0x800_0000, 0x812_3456);
    static final PhysicalRange RTAS = PhysicalRange.ofSize(0x2fff_f000, 0x83c);

    /** crashkernel=256M of a Debian kernel of version 6.12, and the segments that a plan puts there. */
    static final PhysicalRange CRASH = PhysicalRange.ofSize(0x1000_0000, 256 * MIB);

    static final PhysicalRange CORE_HEADER = PhysicalRange.ofSize(0x1fe0_0000, 0x1_0000);
    static final PhysicalRange BACKUP = PhysicalRange.ofSize(0x1ff0_0000, 0x1_0000);
    static final PhysicalRange LOW = new PhysicalRange(0, 0x1_0000);

    private Ppc64Trees() {}

    /** What QEMU's firmware and prom_init made for a guest of 1 GiB with two CPUs: /sys/firmware/fdt. */
    static EditableTree guest() {
        EditableTree tree = EditableTree.empty();
        EditableNode root = tree.root();
        root.set("device_type", text("chrp")).set("compatible", text("qemu,pseries"));
        root.set("#address-cells", cells(2)).set("#size-cells", cells(2)).set("phandle", cells(0x3e64_4530));
        root.add("chosen")
                .set("linux,initrd-end", u64(0x2ef_4400))
                .set("linux,initrd-start", u64(0x2c9_0000))
                .set("linux,stdout-path", text("/vdevice/vty@71000000"))
                .set("stdout", cells(0x3e37_8a80))
                .set("bootargs", text("console=hvc0 crashkernel=256M"))
                .set("stdout-path", text("/vdevice/vty@71000000"))
                .set("ibm,architecture-vec-5", cells(0x1900_2000))
                .set("phandle", cells(0x3e64_4da0));
        root.add("rtas")
                .set("linux,rtas-entry", cells(0x2fff_f000))
                .set("linux,rtas-base", cells(0x2fff_f000))
                .set("ibm,hypertas-functions", text("hcall-pft", "hcall-term"))
                .set("rtas-size", cells(0x83c))
                .set("system-reboot", cells(0x2004))
                .set("phandle", cells(0x3e64_5358));
        root.add("cpus").set("#address-cells", cells(1)).set("#size-cells", cells(0));
        cpu(tree, 0, 0x3e64_6dd0);
        cpu(tree, 8, 0x3e64_77e8);
        root.add("pci@800000020000000")
                .set("device_type", text("pci"))
                .set("reg", cells(0x800_0000, 0x2000_0000, 0, 0))
                .set("ibm,dma-window", cells(0x8000_0000, 0, 0, 0, 0x4000_0000));
        root.add("vdevice").set("#address-cells", cells(1)).set("#size-cells", cells(0));
        tree.node("/vdevice")
                .orElseThrow()
                .add("vty@71000000")
                .set("reg", cells(0x7100_0000))
                .set("device_type", text("serial"))
                .set("compatible", text("hvterm1"));
        memory(tree, 0, GIB).set("phandle", cells(0x3e64_b0e8));
        tree.reserve(new MemoryReservation(0x2c9_0000, 0x26_5000));
        tree.reserve(new MemoryReservation(RTAS.start(), 0x1000));
        return tree;
    }

    /** A machine without a hypervisor: caches of CPUs, firmware that keeps memory, that of a GPU. */
    static EditableTree bareMetal() {
        EditableTree tree = EditableTree.empty();
        EditableNode root = tree.root();
        root.set("#address-cells", cells(2)).set("#size-cells", cells(2));
        root.set("reserved-ranges", u64(0x3000_0000, 0x300_0000, 0xf000_0000L, 0x1_0000));
        root.add("chosen").set("stdout-path", text("/ibm,opal/consoles/serial@0"));
        root.add("ibm,opal")
                .set("opal-base-address", u64(0x3000_0000))
                .set("opal-runtime-size", u64(0x1c0_0000))
                .set("opal-entry-address", u64(0x3000_0c00));
        EditableNode consoles = tree.node("/ibm,opal").orElseThrow().add("consoles");
        consoles.set("#address-cells", cells(1)).set("#size-cells", cells(0));
        consoles.add("serial@0").set("reg", cells(0)).set("compatible", text("ibm,opal-console-raw"));
        EditableNode cpus = root.add("cpus").set("#address-cells", cells(1)).set("#size-cells", cells(0));
        cpu(tree, 8, 11).set("l2-cache", cells(21));
        cache(cpus, 8, 21);
        memory(tree, 0, 4 * GIB);
        root.add("pci@600c3c0000000")
                .set("device_type", text("pci"))
                .set("linux,tce-base", u64(0x7000_0000))
                .set("linux,tce-size", cells(0x80_0000));
        memory(tree, 0x400_0000_0000L, 16 * GIB)
                .set("compatible", text("ibm,coherent-device-memory"))
                .set("linux,usable-memory", u64(0x400_0000_0000L, 0));
        tree.reserve(new MemoryReservation(0x3000_0000, 0x300_0000));
        tree.reserve(new MemoryReservation(0xf000_0000L, 0x1_0000));
        return tree;
    }

    static EditableNode cpu(EditableTree tree, int number, int phandle) {
        return tree.node("/cpus")
                .orElseThrow()
                .add("PowerPC,POWER9@" + Integer.toHexString(number))
                .set("device_type", text("cpu"))
                .set("reg", cells(number))
                .set("ibm,ppc-interrupt-server#s", cells(number, number + 1, number + 2, number + 3))
                .set("phandle", cells(phandle));
    }

    static EditableNode cache(EditableNode cpus, int number, int phandle) {
        return cpus.add("l2-cache@" + Integer.toHexString(number))
                .set("device_type", text("cache"))
                .set("phandle", cells(phandle));
    }

    static EditableNode memory(EditableTree tree, long start, long size) {
        return tree.root()
                .add("memory@" + Long.toHexString(start))
                .set("device_type", text("memory"))
                .set("reg", u64(start, size));
    }

    /** What the kernel of a machine shows of its tree at first: no reservations, but where it lies itself. */
    static EditableTree live(EditableTree start) {
        EditableTree tree = start.copy();
        tree.setReservations(List.of());
        node(tree, "/chosen")
                .set("linux,kernel-end", u64(0x287_f000))
                .set("linux,memory-limit", u64(0))
                .set("linux,crashkernel-base", u64(CRASH.start()))
                .set("linux,crashkernel-size", u64(CRASH.size()));
        return tree;
    }

    static EditableNode node(EditableTree tree, String path) {
        return tree.node(path).orElseThrow();
    }

    static Node node(DeviceTree tree, String path) {
        return tree.node(path).orElseThrow();
    }

    static PropertyValue text(String... strings) {
        return PropertyValue.ofStrings(strings);
    }

    static PropertyValue cells(int... cells) {
        return PropertyValue.ofCells(cells);
    }

    static PropertyValue u64(long... numbers) {
        return PropertyValue.ofU64(numbers);
    }

    static Content content(EditableTree tree) {
        return Content.of(tree.write());
    }

    /** A machine of 1 GiB with some trees. */
    static Target target(@Nullable EditableTree start, @Nullable EditableTree live) {
        MemoryRegion ram = new MemoryRegion(new PhysicalRange(0, GIB), RegionType.RAM);
        Target.Builder target = Target.builder(Architecture.PPC64LE, new MemoryMap(List.of(ram)));
        Optional.ofNullable(start).map(Ppc64Trees::content).ifPresent(target::deviceTree);
        Optional.ofNullable(live).map(Ppc64Trees::content).ifPresent(target::liveTree);
        return target.build();
    }

    /** A plan for a machine whose memory is set apart as above. */
    static CrashPlan plan(Target target, CrashFacts facts, boolean hotplug) {
        return new CrashPlan(
                target.withCrash(facts),
                new Segment(SegmentRole.ELFCOREHDR, CORE_HEADER, Content.EMPTY, "test"),
                Optional.of(new Segment(SegmentRole.BACKUP, BACKUP, Content.EMPTY, "test")),
                new CrashRules(
                        false,
                        true,
                        Set.of(SegmentRole.ELFCOREHDR, SegmentRole.DEVICE_TREE),
                        0x1000,
                        Optional.empty(),
                        Optional.of(LOW),
                        List.of(RTAS),
                        -1),
                hotplug,
                GIB);
    }

    static CrashFacts.Builder crash() {
        return CrashFacts.builder(List.of(new PhysicalRange(0, GIB)), List.of(CRASH));
    }

    static BootRequest request(Target target, @Nullable EditableTree users, @Nullable CrashPlan plan)
            throws IOException {
        RandomSource sevens = bytes -> Arrays.fill(bytes, (byte) 7);
        return new BootRequest(
                target,
                Arm64Image.parse(Content.of(new Arm64Images().bytes())),
                Optional.empty(),
                "root=/dev/sda",
                Optional.ofNullable(users).map(Ppc64Trees::content),
                List.of(),
                Set.of(),
                Optional.ofNullable(plan),
                new PhysicalRange(0, -1),
                Verification.DEFAULT,
                sevens,
                Progress.NONE);
    }

    static DeviceTreeHandOver handOver(BootRequest request, @Nullable PhysicalRange initrd) throws IOException {
        return DeviceTreeHandOver.of(request, Optional.ofNullable(initrd), new Ppc64Tree());
    }

    /** The tree of an image that is not for a crash. */
    static Fdt normal(@Nullable EditableTree start, @Nullable EditableTree live) throws IOException {
        return read(handOver(request(target(start, live), null, null), INITRD));
    }

    /** The tree of an image for a crash. */
    static Fdt crash(@Nullable EditableTree start, @Nullable EditableTree live, CrashFacts facts) throws IOException {
        Target target = target(start, live);
        return read(handOver(request(target, null, plan(target, facts, false)), null));
    }

    /** The tree as another would read it. Real trees break rules of the specification, but none of memory reservations. */
    static Fdt read(DeviceTreeHandOver handOver) throws IOException {
        Content blob = handOver.blob();
        Fdt tree = Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
        List<MemoryReservation> reservations = tree.reservations();
        for (int i = 1; i < reservations.size(); i++) {
            MemoryReservation before = reservations.get(i - 1);
            assertThat(Long.compareUnsigned(
                            before.address() + before.size(),
                            reservations.get(i).address()))
                    .as("%s lie apart", reservations)
                    .isLessThanOrEqualTo(0);
        }
        return tree;
    }
}

package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.examples.bootmatrix.Ppc64HandOver.Old;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.purgatory.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tiny kernels for ppc64 report what they find, whoever starts them and in whatever byte order. */
class TinyPpc64HandOverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long KERNEL = 0x234_0000;
    private static final long DEVICE_TREE = 0x800_0008;
    private static final long INITRD = 0x900_0000;
    private static final int UNALIGNED_SIZE = 100_001;

    private static final int TERMINAL = 0x7100_0000;
    /** RTAS_POWER_OFF of QEMU (include/hw/ppc/spapr.h). */
    private static final int POWER_OFF = 0x2003;

    static Stream<Arguments> byteOrders() {
        return Ppc64Tiny.pairs();
    }

    static Stream<ByteOrder> byteOrder() {
        return Ppc64Tiny.orders();
    }

    private static byte[] random() {
        byte[] bytes = new byte[UNALIGNED_SIZE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static List<HandOver.Segment> segments(ByteOrder tiny, ByteBuffer tree) throws Exception {
        return new ArrayList<>(
                List.of(new HandOver.Segment(KERNEL, Ppc64Tiny.code(tiny)), new HandOver.Segment(DEVICE_TREE, tree)));
    }

    private static EditableTree tree(long initrd) {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        tree.root()
                .add("memory@10000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0x1000_0000, 0x1000_0000))
                .set("linux,usable-memory", PropertyValue.ofU64(0x1000_0000, 0x1_0000, 0x1800_0000, 0x2_0000));
        tree.root()
                .add("memory@0")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0, 0x1000_0000));
        tree.root()
                .add("chosen")
                .set("bootargs", PropertyValue.ofStrings("a=\"b\\c\""))
                .set("linux,initrd-start", PropertyValue.ofCells((int) initrd))
                .set("linux,initrd-end", PropertyValue.ofU64(initrd + UNALIGNED_SIZE))
                .set("linux,stdout-path", PropertyValue.ofStrings("/vdevice/vty@71000000"));
        tree.root()
                .add("vdevice")
                .add("vty@71000000")
                .set("device_type", PropertyValue.ofStrings("serial"))
                .set("reg", PropertyValue.ofCells(TERMINAL));
        tree.root()
                .add("rtas")
                .set("power-off", PropertyValue.ofCells(POWER_OFF))
                .set("linux,rtas-base", PropertyValue.ofCells((int) Ppc64HandOver.RTAS))
                .set("linux,rtas-entry", PropertyValue.ofCells((int) Ppc64HandOver.RTAS));
        tree.reserve(new MemoryReservation(0, 0x1000));
        tree.reserve(new MemoryReservation(1L << 40, 1L << 32));
        tree.setBootCpuid(77);
        return tree;
    }

    private static String architecture(ByteOrder tiny) {
        return Ppc64Tiny.architecture(tiny).linuxName();
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void everythingThatIsHandedOverIsReported(ByteOrder old, ByteOrder tiny) throws Exception {
        ByteBuffer blob = tree(INITRD).write();
        List<HandOver.Segment> segments = segments(tiny, blob);
        segments.add(new HandOver.Segment(INITRD, ByteBuffer.wrap(random())));
        Console console = Ppc64HandOver.boot(
                "tiny-%s-from-%s".formatted(architecture(tiny), Ppc64Tiny.name(old)),
                new Old(old, 1, 0),
                segments,
                KERNEL,
                DEVICE_TREE);
        assertThat(console.lines()).hasSize(2);
        assertThat(console.lines().get(0).text())
                .isEqualTo("{\"kernel\": \"kexec4j tiny\", \"version\": \"0.1.0\", \"architecture\": \"%s\", "
                                .formatted(architecture(tiny))
                        + "\"load_address\": \"0x2340000\", \"end\": \"0x%x\", \"run_at_load\": \"0x72756e30\", "
                                .formatted(KERNEL + Ppc64Tiny.segment(tiny).memorySize())
                        + "\"registers\": {\"r1\": \"0xffffffffffffffff\", \"r2\": \"0xfffffffffffffffe\", "
                        + "\"r3\": \"0x8000008\", \"r4\": \"0x2340000\", \"r5\": \"0x0\", "
                        + "\"r6\": \"0xfffffffffffffffa\", \"r7\": \"0xfffffffffffffff9\", "
                        + "\"r8\": \"0xfffffffffffffff8\", \"r9\": \"0xfffffffffffffff7\"}, "
                        + "\"msr\": \"0x800000000000100%d\", \"entered\": \"%s\", \"pvr\": \"0x4e1200\", "
                                .formatted(old == Ppc64Tiny.LITTLE ? 3 : 2, Ppc64Tiny.name(old))
                        + "\"head_at_0\": true, \"secondaries\": {\"big_endian\": [], \"little_endian\": []}, "
                        + "\"console\": {\"firmware\": \"hypervisor\", \"terminal\": \"0x71000000\", "
                        + "\"is_stdout\": true}, \"device_tree\": {\"address\": \"0x8000008\", \"totalsize\": "
                        + blob.limit()
                        + ", \"version\": 17, \"boot_cpuid_phys\": 77, \"chosen\": {"
                        + "\"bootargs\": \"a=\\\"b\\\\c\\\"\", \"linux,initrd-start\": \"0x09000000\", "
                        + "\"linux,initrd-end\": \"0x00000000090186a1\", "
                        + "\"linux,stdout-path\": \"/vdevice/vty@71000000\"}, \"memory\": ["
                        + "{\"node\": \"memory@10000000\", \"reg\": [{\"start\": \"0x10000000\", "
                        + "\"size\": \"0x10000000\"}], \"usable\": [{\"start\": \"0x10000000\", \"size\": \"0x10000\"}, "
                        + "{\"start\": \"0x18000000\", \"size\": \"0x20000\"}]}, "
                        + "{\"node\": \"memory@0\", \"reg\": [{\"start\": \"0x0\", \"size\": \"0x10000000\"}]}], "
                        + "\"reservations\": [{\"start\": \"0x0\", \"size\": \"0x1000\"}, "
                        + "{\"start\": \"0x10000000000\", \"size\": \"0x100000000\"}]}, "
                        + "\"initrd\": {\"address\": \"0x9000000\", \"size\": 100001, \"sha256\": \""
                        + Sha256.of(ByteBuffer.wrap(random())) + "\"}}");
        assertThat(console.lines().get(1).text()).isEqualTo("KEXEC4J-TINY-KERNEL-DONE");
    }

    /**
     * Any processor may be the one that starts a kernel. The others come to its head at address 0, in big-endian order, whatever that of
     * the old kernel.
     */
    @ParameterizedTest
    @MethodSource("byteOrders")
    void theOtherProcessorsAreSeen(ByteOrder old, ByteOrder tiny) throws Exception {
        EditableTree tree = Ppc64HandOver.tree(3);
        Console console = Ppc64HandOver.boot(
                "tiny-%s-from-%s-smp".formatted(architecture(tiny), Ppc64Tiny.name(old)),
                new Old(old, 3, 1),
                segments(tiny, tree.write()),
                KERNEL,
                DEVICE_TREE);
        assertThat(console.text())
                .contains("\"entered\": \"" + Ppc64Tiny.name(old))
                .contains("\"secondaries\": {\"big_endian\": [0, 2], \"little_endian\": []}")
                .contains("\"memory\": [{\"node\": \"memory@0\", \"reg\": [{\"start\": \"0x0\", \"size\": \"0x%x\"}]}]"
                        .formatted(Ppc64HandOver.RAM_SIZE))
                .endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }

    /** A loader that takes the file's size for the kernel's, which is larger, loses what it puts behind the file. */
    @ParameterizedTest
    @MethodSource("byteOrder")
    void anInitrdInMemoryOfTheKernelIsLost(ByteOrder tiny) throws Exception {
        long initrd = KERNEL + 0x1_0000;
        List<HandOver.Segment> segments = segments(tiny, tree(initrd).write());
        segments.add(new HandOver.Segment(initrd, ByteBuffer.wrap(random())));
        Console console = Ppc64HandOver.boot(
                "tiny-%s-initrd-in-bss".formatted(architecture(tiny)),
                new Old(tiny, 1, 0),
                segments,
                KERNEL,
                DEVICE_TREE);
        assertThat(console.get("\"initrd\": \\{\"address\": \"0x2350000\", \"size\": 100001, \"sha256\": \"(.*)\"")
                        .group(1))
                .isEqualTo(Sha256.of(ByteBuffer.allocate(UNALIGNED_SIZE)).toString());
    }

    /** Wherever a tree breaks off or is damaged, the kernel comes to its end, but may not have found how to switch off the machine. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 40, 60, 100, 200, 300, 500, 700})
    void aTreeThatBreaksOffEndsThere(int kept) throws Exception {
        ByteBuffer blob = tree(INITRD).write();
        for (int i = Math.min(kept, blob.limit()); i < blob.limit(); i++) {
            blob.put(i, (byte) 0xff);
        }
        List<HandOver.Segment> segments = segments(Ppc64Tiny.LITTLE, blob);
        Old old = new Old(Ppc64Tiny.LITTLE, 1, 0);
        try (Guest guest = Ppc64HandOver.start(
                "tiny-ppc64le-broken-tree-" + kept, old, segments, KERNEL, DEVICE_TREE, List.of())) {
            assertThat(guest.await("^KEXEC4J-TINY-KERNEL-DONE$", PATIENCE)).isTrue();
            guest.console().get("\"r3\": \"0x8000008\"");
        }
    }

    /** Without a tree there is nobody to switch the machine off, so there is time for an interrupt. */
    @ParameterizedTest
    @MethodSource("byteOrder")
    void anInterruptIsHeardOf(ByteOrder tiny) throws Exception {
        String name = "tiny-%s-interrupt".formatted(architecture(tiny));
        Monitor monitor = new Monitor(name);
        List<HandOver.Segment> segments = List.of(new HandOver.Segment(KERNEL, Ppc64Tiny.code(tiny)));
        try (Guest guest = Ppc64HandOver.start(name, new Old(tiny, 1, 0), segments, KERNEL, 0, monitor.arguments())) {
            assertThat(guest.await("^KEXEC4J-TINY-KERNEL-DONE$", PATIENCE)).isTrue();
            guest.console().get("\"r3\": \"0x0\", .*\"device_tree\": null, \"initrd\": null}");
            monitor.command("nmi");
            assertThat(guest.await("^KEXEC4J-TINY-KERNEL-EXCEPTION 0x100 at 0x234", PATIENCE))
                    .isTrue();
        }
    }

    /** Skiboot, the firmware of machines without a hypervisor, reads the ELF file by itself, and is what prints. */
    @ParameterizedTest
    @MethodSource("byteOrder")
    void anotherLoaderStartsItToo(ByteOrder tiny) throws Exception {
        Path initrd = Path.of("target", "segments", "tiny-ppc64-initrd");
        Files.createDirectories(initrd.getParent());
        Files.write(initrd, random());
        Console console = OpalHandOver.boot(
                "tiny-%s-skiboot".formatted(architecture(tiny)),
                Lab.tinyPpc64(tiny),
                List.of("-append", "by=qemu", "-initrd", initrd.toString()));
        String r3 = console.get("\"r3\": \"(.*?)\"").group(1);
        assertThat(console.get("(\\{\"kernel\".*)").group(1))
                .contains("\"architecture\": \"%s\"".formatted(architecture(tiny)), "\"entered\": \"big-endian\"")
                .contains("\"console\": {\"firmware\": \"opal\", \"terminal\": \"0x0\", \"is_stdout\": true}")
                .contains("\"device_tree\": {\"address\": \"" + r3, "\"bootargs\": \"by=qemu\"")
                .contains("\"sha256\": \"" + Sha256.of(ByteBuffer.wrap(random())));
        console.get("^KEXEC4J-TINY-KERNEL-DONE$");
    }

    @ParameterizedTest
    @MethodSource("byteOrder")
    void theFileIsAsLinuxMakesIt(ByteOrder tiny) throws Exception {
        ElfFile elf = Ppc64Tiny.file(tiny);
        assertThat(elf.header().order()).isEqualTo(tiny);
        assertThat(elf.header().type()).isEqualTo(ElfHeader.ET_EXEC);
        assertThat(elf.header().machine()).isEqualTo(ElfHeader.EM_PPC64);
        assertThat(elf.header().flags()).isEqualTo(2);
        assertThat(elf.header().entry()).isEqualTo(0xc000_0000_0000_0000L);
        ProgramHeader segment = Ppc64Tiny.segment(tiny);
        assertThat(elf.programHeaders()).hasSize(1);
        assertThat(segment.type()).isEqualTo(ProgramHeader.PT_LOAD);
        assertThat(segment.physicalAddress()).isZero();
        assertThat(segment.virtualAddress()).isEqualTo(elf.header().entry());
        assertThat(segment.alignment()).isEqualTo(0x1_0000);
        assertThat(segment.memorySize()).isGreaterThan(segment.fileSize() + 0x10_0000);
        assertThat(Ppc64Tiny.code(tiny).getInt(0x5c)).isEqualTo(0x7275_6e30);
    }

    @Test
    void segmentsInTheWayOfTheLauncherAreRefused() {
        List<HandOver.Segment> segments = List.of(new HandOver.Segment(0x3000, ByteBuffer.allocate(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ppc64HandOver.boot("x", new Old(Ppc64Tiny.BIG, 1, 0), segments, KERNEL, 0))
                .withMessage("a segment at 0x3000 is in the way of the launcher");
    }
}

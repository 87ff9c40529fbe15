package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.examples.bootmatrix.Ppc64HandOver.Old;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.purgatory.BackupCopy;
import io.kexec4j.purgatory.HypervisorConsole;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.OpalConsole;
import io.kexec4j.purgatory.OpalFirmware;
import io.kexec4j.purgatory.Ppc64Exit;
import io.kexec4j.purgatory.Ppc64Purgatory;
import io.kexec4j.purgatory.Ppc64PurgatorySettings;
import io.kexec4j.purgatory.RtasFirmware;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The ppc64 purgatories alone, in the byte order of the old kernel, in front of the tiny kernels of either byte order. */
@ExtendWith(MatrixExtension.class)
class Ppc64PurgatoryHandOverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long PURGATORY = 0x223_0000;
    private static final long KERNEL = 0x234_0000;
    private static final long DEVICE_TREE = 0x800_0008;
    private static final long SEGMENT = 0x900_f000;
    private static final long BACKUP = 0xa00_0000;

    private static final int CONTENT_SIZE = 0x40_1234;
    private static final int MEMORY_SIZE = 0x40_5000;
    private static final int BACKUP_SIZE = 0x1_0000;
    private static final int HEAD_SIZE = Ppc64Purgatory.KERNEL_HEAD_SIZE;

    private static final long TERMINAL = 0x7100_0000;

    static Stream<Arguments> byteOrders() {
        return Ppc64Tiny.pairs();
    }

    static Stream<ByteOrder> byteOrder() {
        return Ppc64Tiny.orders();
    }

    private static Matrix.Row row(ByteOrder old, String second, String path) {
        return new Matrix.Row(
                Ppc64Tiny.architecture(old).linuxName(), "none", second, "none", "hand-over, " + path, false);
    }

    private static byte[] content() {
        byte[] content = new byte[CONTENT_SIZE];
        new Random(64).nextBytes(content);
        return content;
    }

    private static byte[] damagedContent() {
        byte[] damaged = Arrays.copyOf(content(), MEMORY_SIZE);
        damaged[0x20_0000] ^= 1;
        damaged[MEMORY_SIZE - 8] = 1;
        return damaged;
    }

    private static List<SegmentCheck> checks() {
        return List.of(
                new SegmentCheck("initrd", SEGMENT, CONTENT_SIZE, MEMORY_SIZE, Sha256.of(ByteBuffer.wrap(content()))));
    }

    private static Ppc64PurgatorySettings.Builder settings(ByteOrder tiny) throws Exception {
        Ppc64Exit exit = new Ppc64Exit(KERNEL, DEVICE_TREE, Optional.empty());
        int systemReboot = Ppc64HandOver.tree(1)
                .node("/rtas")
                .flatMap(rtas -> rtas.property("system-reboot"))
                .orElseThrow()
                .asU32();
        return Ppc64PurgatorySettings.builder(exit, Ppc64Tiny.code(tiny).slice(0, HEAD_SIZE))
                .checks(checks())
                .console(new HypervisorConsole(TERMINAL))
                .rtas(new RtasFirmware(Ppc64HandOver.RTAS, Ppc64HandOver.RTAS, systemReboot));
    }

    private static LinkedPurgatory link(ByteOrder old, Ppc64PurgatorySettings.Builder settings) {
        return Ppc64Purgatory.of(old).link(PURGATORY, settings.build());
    }

    private static List<HandOver.Segment> segments(
            LinkedPurgatory linked, ByteOrder tiny, EditableTree tree, byte[] checked) throws Exception {
        return new ArrayList<>(List.of(
                new HandOver.Segment(PURGATORY, linked.content()),
                new HandOver.Segment(KERNEL, Ppc64Tiny.code(tiny)),
                new HandOver.Segment(DEVICE_TREE, tree.write()),
                new HandOver.Segment(SEGMENT, ByteBuffer.wrap(checked))));
    }

    private static String name(String path, ByteOrder old) {
        return "purgatory-%s-%s".formatted(Ppc64Tiny.architecture(old).linuxName(), path.replaceAll("[ ,]+", "-"));
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void soundSegmentsStartTheKernel(ByteOrder old, ByteOrder tiny, Matrix matrix) throws Throwable {
        String path = "3 processors, to " + Ppc64Tiny.name(tiny);
        matrix.row(row(old, "kexec4j tiny", path), () -> {
            LinkedPurgatory linked = link(old, settings(tiny));
            List<HandOver.Segment> segments = segments(linked, tiny, Ppc64HandOver.tree(3), content());
            Console console = Ppc64HandOver.boot(name(path, old), new Old(old, 3, 1), segments, linked.entry(), 0);
            assertThat(console.text())
                    .startsWith("""
                            kexec4j purgatory: checking 1 segment
                            kexec4j purgatory: 1 segment matches, starting the kernel at 0x2340000
                            {"kernel": "kexec4j tiny\"""")
                    .contains("\"load_address\": \"0x2340000\"", "\"run_at_load\": \"0x72756e30\"")
                    .contains("\"r3\": \"0x8000008\", \"r4\": \"0x2340000\", \"r5\": \"0x0\", \"r6\": \"0x65504150\", "
                            + "\"r7\": \"0xffffffffffffffff\", \"r8\": \"0x0\", \"r9\": \"0x0\"")
                    .contains("\"entered\": \"big-endian\"", "\"head_at_0\": true", "\"boot_cpuid_phys\": 1")
                    .contains("\"secondaries\": {\"big_endian\": [0, 2], \"little_endian\": []}")
                    .endsWith("KEXEC4J-TINY-KERNEL-DONE");
        });
    }

    /** A kernel that captures a dump writes vectors where the old one had its own, which the dump is to have. */
    @ParameterizedTest
    @MethodSource("byteOrder")
    void lowMemoryIsCopiedAsTheOldKernelLeftIt(ByteOrder old, Matrix matrix) throws Throwable {
        matrix.row(row(old, "kexec4j tiny", "backup"), () -> {
            LinkedPurgatory linked = link(old, settings(old).backup(new BackupCopy(0, BACKUP, BACKUP_SIZE)));
            EditableTree tree = Ppc64HandOver.tree(1);
            tree.node("/rtas").orElseThrow().unset("linux,rtas-entry"); // it is to go on running
            Monitor monitor = new Monitor(name("backup", old));
            List<HandOver.Segment> segments = segments(linked, old, tree, content());
            try (Guest guest = Ppc64HandOver.start(
                    name("backup", old), new Old(old, 1, 0), segments, linked.entry(), 0, monitor.arguments())) {
                assertThat(guest.await("^KEXEC4J-TINY-KERNEL-DONE$", PATIENCE)).isTrue();
                Path backup = Path.of("target", "segments", name("backup", old));
                monitor.saveMemory(BACKUP, BACKUP_SIZE, backup);
                byte[] low = Ppc64HandOver.lowMemory();
                linked.content().get(0, low, 0, HEAD_SIZE);
                assertThat(Files.readAllBytes(backup)).startsWith(low);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("byteOrder")
    void damagedSegmentsResetTheMachine(ByteOrder old, Matrix matrix) throws Throwable {
        matrix.row(row(old, "damaged, not started", "reset"), () -> {
            LinkedPurgatory linked = link(old, settings(old));
            List<HandOver.Segment> segments = segments(linked, old, Ppc64HandOver.tree(2), damagedContent());
            Console console = Ppc64HandOver.boot(name("damaged", old), new Old(old, 2, 0), segments, linked.entry(), 0);
            assertThat(console.text())
                    .contains("kexec4j purgatory: segment initrd at 0x900f000 does not match its digest\n  expected "
                            + Sha256.of(ByteBuffer.wrap(content())) + "\n  found    "
                            + Sha256.of(ByteBuffer.wrap(damagedContent(), 0, CONTENT_SIZE)))
                    .contains("segment initrd at 0x900f000 has data after its content, at 0x9413ff8")
                    .endsWith("kexec4j purgatory: 1 segment is damaged, resetting the machine");
        });
    }

    @ParameterizedTest
    @MethodSource("byteOrder")
    void damagedSegmentsHaltTheMachine(ByteOrder old, Matrix matrix) throws Throwable {
        matrix.row(row(old, "damaged, not started", "halt"), () -> {
            LinkedPurgatory linked = link(old, settings(old).onMismatch(MismatchAction.HALT));
            List<HandOver.Segment> segments = segments(linked, old, Ppc64HandOver.tree(1), damagedContent());
            try (Guest guest = Ppc64HandOver.start(
                    name("halt", old), new Old(old, 1, 0), segments, linked.entry(), 0, List.of())) {
                assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                        .isTrue();
                assertThatThrownBy(() -> guest.awaitEnd(Duration.ofSeconds(1))).hasMessageContaining("still running");
            }
        });
    }

    /** On a machine without a hypervisor, it is OPAL that prints, and the kernel is told where that is. */
    @ParameterizedTest
    @MethodSource("byteOrders")
    void opalPrints(ByteOrder old, ByteOrder tiny, Matrix matrix) throws Throwable {
        String path = "OPAL, to " + Ppc64Tiny.name(tiny);
        matrix.row(row(old, "kexec4j tiny", path), () -> {
            OpalFirmware opal = OpalHandOver.firmware();
            LinkedPurgatory linked = link(old, opalSettings(opal, tiny));
            List<HandOver.Segment> segments = segments(linked, tiny, treeWithoutOpal(), content());
            Console console = OpalHandOver.boot(name(path, old), old, segments, linked.entry());
            console.get("^kexec4j purgatory: checking 1 segment$");
            console.get("^kexec4j purgatory: 1 segment matches, starting the kernel at 0x2340000$");
            assertThat(console.get("(\\{\"kernel\".*)").group(1))
                    .contains("\"r3\": \"0x8000008\", \"r4\": \"0x2340000\", \"r5\": \"0x0\"")
                    .contains("\"r8\": \"0x%x\", \"r9\": \"0x%x\"".formatted(opal.base(), opal.entry()))
                    .contains("\"architecture\": \""
                            + Ppc64Tiny.architecture(tiny).linuxName())
                    .contains("\"entered\": \"big-endian\"", "\"firmware\": \"opal\"");
            console.get("^KEXEC4J-TINY-KERNEL-DONE$");
        });
    }

    @ParameterizedTest
    @MethodSource("byteOrder")
    void damagedSegmentsResetTheMachineByOpal(ByteOrder old, Matrix matrix) throws Throwable {
        matrix.row(row(old, "damaged, not started", "OPAL, reset"), () -> {
            LinkedPurgatory linked = link(old, opalSettings(OpalHandOver.firmware(), old));
            List<HandOver.Segment> segments = segments(linked, old, treeWithoutOpal(), damagedContent());
            Console console = OpalHandOver.boot(name("opal-damaged", old), old, segments, linked.entry());
            console.get("^kexec4j purgatory: segment initrd at 0x900f000 does not match its digest$");
            console.get("^kexec4j purgatory: 1 segment is damaged, resetting the machine$");
            assertThat(console.text()).doesNotContain("\"kernel\"");
        });
    }

    private static Ppc64PurgatorySettings.Builder opalSettings(OpalFirmware opal, ByteOrder tiny) throws Exception {
        Ppc64Exit exit = new Ppc64Exit(KERNEL, DEVICE_TREE, Optional.of(opal));
        return Ppc64PurgatorySettings.builder(exit, Ppc64Tiny.code(tiny).slice(0, HEAD_SIZE))
                .checks(checks())
                .console(new OpalConsole(OpalConsole.FIRST));
    }

    /** What the kernel knows of OPAL, it has from the purgatory. */
    private static EditableTree treeWithoutOpal() {
        return EditableTree.empty();
    }
}

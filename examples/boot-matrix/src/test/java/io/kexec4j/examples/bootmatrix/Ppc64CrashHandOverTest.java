package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.examples.bootmatrix.Ppc64HandOver.Old;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.purgatory.HypervisorConsole;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.target.CpuNotes;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.KernelMapping;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images for the crash of a ppc64 kernel, started without one: the tiny kernel prints what it was handed, and stays where it was loaded. */
@ExtendWith(MatrixExtension.class)
class Ppc64CrashHandOverTest {
    private static final PhysicalRange RAM = new PhysicalRange(0, Ppc64HandOver.RAM_SIZE);
    private static final PhysicalRange REGION = new PhysicalRange(0x1000_0000, 0x1800_0000);
    private static final int BACKUP_SIZE = 0x1_0000;
    private static final int HEAD_SIZE = 0x100;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Verification ON_CONSOLE =
            new Verification(true, MismatchAction.RESET, Optional.of(new HypervisorConsole(HypervisorConsole.FIRST)));

    static Stream<Arguments> byteOrders() {
        return Ppc64Tiny.pairs();
    }

    /** Nobody can switch the machine off, as somebody wants to look at its memory. */
    private static EditableTree tree(int processors) throws Exception {
        EditableTree tree = Ppc64HandOver.tree(processors);
        tree.node("/chosen")
                .orElseThrow()
                .set("linux,crashkernel-base", PropertyValue.ofU64(REGION.start()))
                .set("linux,crashkernel-size", PropertyValue.ofU64(REGION.size()));
        tree.node("/rtas").orElseThrow().unset("power-off");
        return tree;
    }

    /** What a kernel of these processors tells, none of which the tiny kernel looks at. */
    private static CrashFacts facts(int processors) {
        return CrashFacts.builder(List.of(RAM), List.of(REGION))
                .cpus(
                        Stream.iterate(0, number -> number + 1)
                                .limit(processors)
                                .map(number -> new CpuNotes(
                                        number, true, PhysicalRange.ofSize(0x100_0000 + 0x1000L * number, 368)))
                                .toList(),
                        processors)
                .vmcoreinfo(PhysicalRange.ofSize(0x110_0000, 0x1024))
                .kernel(new KernelMapping(0xc000_0000_0000_0000L, new PhysicalRange(0, 0x100_0000)))
                .directMapOffset(0xc000_0000_0000_0000L)
                .build();
    }

    private static KexecImage image(Old old, ByteOrder tiny) throws Exception {
        EditableTree tree = tree(old.processors());
        Content blob = Content.of(tree.write());
        Target machine = Target.builder(Ppc64Tiny.architecture(old.order()), PowerMemory.parse(tree))
                .deviceTree(blob)
                .liveTree(blob)
                .crash(facts(old.processors()))
                .build();
        return KexecImageBuilder.forTarget(machine)
                .kernel(KernelFile.parse(Content.ofFile(Lab.tinyPpc64(tiny))))
                .commandLine("after a crash")
                .crash(CrashOptions.DEFAULT)
                .verification(ON_CONSOLE)
                .build();
    }

    private static PhysicalRange range(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow().range();
    }

    /** Those that have something in them, each in one piece. */
    private static List<HandOver.Segment> segments(KexecImage image) throws IOException {
        List<HandOver.Segment> segments = new ArrayList<>();
        for (Segment segment : image.segments()) {
            byte[] bytes = segment.content().copy(0, (int) segment.content().size());
            if (bytes.length > 0) {
                segments.add(new HandOver.Segment(segment.range().start(), ByteBuffer.wrap(bytes)));
            }
        }
        return segments;
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void theKernelStaysAndIsHandedWhatThePlanSays(ByteOrder old, ByteOrder tiny, Matrix matrix) throws Throwable {
        String architecture = Ppc64Tiny.architecture(old).linuxName();
        String path = "crash, to " + Ppc64Tiny.name(tiny);
        matrix.row(
                new Matrix.Row(architecture, "none", "kexec4j tiny", "ELF vmlinux", "hand-over, " + path, false),
                () -> {
                    String name = "%s-crash-to-%s".formatted(architecture, Ppc64Tiny.name(tiny));
                    Old from = new Old(old, 2, 1);
                    KexecImage image = image(from, tiny);
                    Monitor monitor = new Monitor(name);
                    try (Guest guest =
                            Ppc64HandOver.start(name, from, segments(image), image.entry(), 0, monitor.arguments())) {
                        assertThat(guest.await("^KEXEC4J-TINY-KERNEL-DONE$", PATIENCE))
                                .isTrue();
                        assertHandedOver(guest.console(), image);
                        Path backup = Path.of("target", "segments", name);
                        monitor.saveMemory(range(image, SegmentRole.BACKUP).start(), BACKUP_SIZE, backup);
                        assertLowMemory(Files.readAllBytes(backup));
                    }
                });
    }

    private static void assertHandedOver(Console console, KexecImage image) {
        PhysicalRange tree = range(image, SegmentRole.DEVICE_TREE);
        PhysicalRange kernel = range(image, SegmentRole.KERNEL);
        PhysicalRange header = range(image, SegmentRole.ELFCOREHDR);
        assertThat(REGION.contains(kernel)).isTrue();
        console.get("^kexec4j purgatory: \\d segments match, starting the kernel at 0x%x$".formatted(kernel.start()));
        assertThat(console.get("(\\{\"kernel\".*)").group(1))
                .contains("\"load_address\": \"0x%x\"".formatted(kernel.start()), "\"run_at_load\": \"0x1\"")
                .contains("\"r3\": \"0x%x\", \"r4\": \"0x%x\", \"r5\": \"0x0\"".formatted(tree.start(), kernel.start()))
                .contains("\"entered\": \"big-endian\", ", "\"head_at_0\": true", "\"boot_cpuid_phys\": 1")
                .contains("\"secondaries\": {\"big_endian\": [0], \"little_endian\": []}")
                .contains("\"bootargs\": \"elfcorehdr=0x%x after a crash\"".formatted(header.start()))
                .contains(
                        "\"usable\": [{\"start\": \"0x0\", \"size\": \"0x%x\"}, {\"start\": \"0x%x\", \"size\": \"0x%x\"}]"
                                .formatted(REGION.end(), Ppc64HandOver.RTAS, RAM.end() - Ppc64HandOver.RTAS))
                .contains("{\"start\": \"0x10000\", \"size\": \"0x%x\"}".formatted(REGION.start() - 0x1_0000))
                .contains("\"initrd\": null");
    }

    /** As the old kernel left it: not with the vectors of the new one. */
    private static void assertLowMemory(byte[] backup) throws IOException {
        byte[] low = Ppc64HandOver.lowMemory();
        assertThat(Arrays.copyOfRange(backup, HEAD_SIZE, low.length))
                .isEqualTo(Arrays.copyOfRange(low, HEAD_SIZE, low.length));
    }
}

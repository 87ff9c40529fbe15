package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.examples.bootmatrix.Ppc64HandOver.Old;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.purgatory.FirmwareConsole;
import io.kexec4j.purgatory.HypervisorConsole;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.OpalConsole;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole images for ppc64, started without a first Linux: the tiny kernel prints what it was handed. */
@ExtendWith(MatrixExtension.class)
class Ppc64ImageHandOverTest {
    private static final String COMMAND_LINE = "handed=\"over\" \\ here";
    private static final Content INITRD = Content.of(random(100_001));

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    static Stream<Arguments> byteOrders() {
        return Ppc64Tiny.pairs();
    }

    /** As a running kernel has it: with an initrd of its own, and a command line. */
    private static EditableTree tree(int processors) throws Exception {
        EditableTree tree = Ppc64HandOver.tree(processors);
        tree.node("/chosen")
                .orElseThrow()
                .set("bootargs", PropertyValue.ofStrings("of the running kernel"))
                .set("linux,initrd-start", PropertyValue.ofU64(0x400_0000))
                .set("linux,initrd-end", PropertyValue.ofU64(0x500_0000));
        return tree;
    }

    private static KexecImage image(Old old, ByteOrder tiny) throws Exception {
        return image(old.order(), tree(old.processors()), new HypervisorConsole(HypervisorConsole.FIRST), tiny);
    }

    private static KexecImage image(ByteOrder old, EditableTree tree, FirmwareConsole console, ByteOrder tiny)
            throws IOException {
        return KexecImageBuilder.forTarget(machine(old, tree))
                .kernel(KernelFile.parse(Content.ofFile(Lab.tinyPpc64(tiny))))
                .initrd(INITRD)
                .commandLine(COMMAND_LINE)
                .verification(new Verification(true, MismatchAction.RESET, Optional.of(console)))
                .build();
    }

    private static Target machine(ByteOrder old, EditableTree tree) throws IOException {
        Content blob = Content.of(tree.write());
        return Target.builder(Ppc64Tiny.architecture(old), PowerMemory.parse(tree))
                .deviceTree(blob)
                .liveTree(blob)
                .build();
    }

    private static PhysicalRange range(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow().range();
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void theKernelIsHandedWhatThePlanSays(ByteOrder old, ByteOrder tiny, Matrix matrix) throws Throwable {
        String architecture = Ppc64Tiny.architecture(old).linuxName();
        String path = "to " + Ppc64Tiny.name(tiny);
        matrix.row(
                new Matrix.Row(architecture, "none", "kexec4j tiny", "ELF vmlinux", "hand-over, " + path, true), () -> {
                    Old from = new Old(old, 3, 2);
                    KexecImage image = image(from, tiny);
                    String name = "%s-image-to-%s".formatted(architecture, Ppc64Tiny.name(tiny));
                    assertHandedOver(Ppc64HandOver.boot(name, from, image), image, tiny);
                });
    }

    private static void assertHandedOver(Console console, KexecImage image, ByteOrder tiny) throws IOException {
        PhysicalRange tree = range(image, SegmentRole.DEVICE_TREE);
        PhysicalRange kernel = range(image, SegmentRole.KERNEL);
        PhysicalRange initrd = range(image, SegmentRole.INITRD);
        console.get("^kexec4j purgatory: \\d segments match, starting the kernel at 0x%x$".formatted(kernel.start()));
        assertThat(console.get("(\\{\"kernel\".*)").group(1))
                .contains("\"architecture\": \"%s\""
                        .formatted(Ppc64Tiny.architecture(tiny).linuxName()))
                .contains("\"load_address\": \"0x%x\"".formatted(kernel.start()), "\"run_at_load\": \"0x72756e30\"")
                .contains("\"r3\": \"0x%x\", \"r4\": \"0x%x\", \"r5\": \"0x0\"".formatted(tree.start(), kernel.start()))
                .contains("\"entered\": \"big-endian\", ", "\"head_at_0\": true", "\"boot_cpuid_phys\": 2")
                .contains("\"secondaries\": {\"big_endian\": [0, 1], \"little_endian\": []}")
                .contains("\"bootargs\": \"handed=\\\"over\\\" \\\\ here\"")
                .contains("\"linux,booted-from-kexec\": true")
                .doesNotContain("linux,kernel-end")
                .contains("\"memory\": [{\"node\": \"memory@0\", \"reg\": [{\"start\": \"0x0\", \"size\": \"0x%x\"}]}]"
                        .formatted(Ppc64HandOver.RAM_SIZE))
                .contains("{\"start\": \"0x%x\", \"size\": \"0x%x\"}".formatted(initrd.start(), INITRD.size()))
                .contains("{\"start\": \"0x%x\", \"size\": \"0x%x\"}"
                        .formatted(Ppc64HandOver.RTAS, Ppc64HandOver.RAM_SIZE - Ppc64HandOver.RTAS))
                .contains("\"initrd\": {\"address\": \"0x%x\", \"size\": 100001, \"sha256\": \"%s\"}"
                        .formatted(initrd.start(), INITRD.sha256()));
        assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }

    /** What a big-endian kernel would do, the launcher does; what it starts is a real Linux of the other byte order. */
    @Test
    void aBigEndianMachineStartsLinux(Matrix matrix) throws Throwable {
        Kernel linux = Lab.kernel(Machine.PPC64LE, "6.12");
        Matrix.Row row = new Matrix.Row(
                "ppc64", "none", linux.release(), linux.machine().format(), "hand-over, to little-endian", true);
        matrix.row(row, () -> {
            EditableTree tree = tree(1);
            String commandLine = linux.machine().commandLine() + " kexec4j.row=big-endian";
            KexecImage image = KexecImageBuilder.forTarget(machine(Ppc64Tiny.BIG, tree))
                    .kernel(KernelFile.parse(Content.ofFile(linux.file())))
                    .initrd(KexecScenario.secondInitramfs(linux.machine(), Map.of()))
                    .commandLine(commandLine)
                    .build();

            Console console = Ppc64HandOver.boot("ppc64-image-to-linux", new Old(Ppc64Tiny.BIG, 1, 0), image);

            Boots.assertStarted(console, linux.release(), commandLine);
        });
    }

    /** The machine is what OPAL says that it is, and nobody but OPAL prints. */
    @ParameterizedTest
    @MethodSource("byteOrders")
    void withoutAHypervisorTheKernelIsToldOfOpal(ByteOrder old, ByteOrder tiny, Matrix matrix) throws Throwable {
        String architecture = Ppc64Tiny.architecture(old).linuxName();
        String path = "OPAL, to " + Ppc64Tiny.name(tiny);
        matrix.row(
                new Matrix.Row(architecture, "none", "kexec4j tiny", "ELF vmlinux", "hand-over, " + path, true), () -> {
                    EditableTree tree = OpalHandOver.tree().edit();
                    tree.root()
                            .childOrAdd("chosen")
                            .set("linux,kernel-end", PropertyValue.ofU64(OpalHandOver.FREE.start()));
                    tree.reserve(new MemoryReservation(
                            OpalHandOver.FREE.end(), OpalHandOver.RAM_SIZE - OpalHandOver.FREE.end()));
                    KexecImage image = image(old, tree, new OpalConsole(OpalConsole.FIRST), tiny);
                    String name = "%s-image-opal-to-%s".formatted(architecture, Ppc64Tiny.name(tiny));
                    Console console = OpalHandOver.boot(name, old, HandOver.Segment.of(image), image.entry());
                    assertHandedOverByOpal(console, image, tree);
                });
    }

    private static void assertHandedOverByOpal(Console console, KexecImage image, EditableTree before)
            throws Exception {
        PhysicalRange tree = range(image, SegmentRole.DEVICE_TREE);
        PhysicalRange kernel = range(image, SegmentRole.KERNEL);
        PhysicalRange initrd = range(image, SegmentRole.INITRD);
        EditableNode opal = before.node("/ibm,opal").orElseThrow();
        console.get("^kexec4j purgatory: \\d segments match, starting the kernel at 0x%x$".formatted(kernel.start()));
        assertThat(console.get("(\\{\"kernel\".*)").group(1))
                .contains("\"load_address\": \"0x%x\"".formatted(kernel.start()))
                .contains("\"r3\": \"0x%x\", \"r4\": \"0x%x\", \"r5\": \"0x0\"".formatted(tree.start(), kernel.start()))
                .contains("\"r8\": \"0x%x\", \"r9\": \"0x%x\""
                        .formatted(
                                opal.property("opal-base-address").orElseThrow().asU64(),
                                opal.property("opal-entry-address")
                                        .orElseThrow()
                                        .asU64()))
                .contains("\"console\": {\"firmware\": \"opal\", \"terminal\": \"0x0\", \"is_stdout\": true}")
                .contains("\"bootargs\": \"handed=\\\"over\\\" \\\\ here\"")
                .contains("\"initrd\": {\"address\": \"0x%x\", \"size\": 100001, \"sha256\": \"%s\"}"
                        .formatted(initrd.start(), INITRD.sha256()));
        console.get("^KEXEC4J-TINY-KERNEL-DONE$");
    }

    @ParameterizedTest
    @EnumSource(names = {"KERNEL", "INITRD", "DEVICE_TREE"})
    void aDamagedSegmentIsNamedAndNothingStarts(SegmentRole role) throws Exception {
        Old old = new Old(Ppc64Tiny.LITTLE, 1, 0);
        KexecImage image = image(old, Ppc64Tiny.LITTLE);
        Segment segment = image.segment(role).orElseThrow();
        byte[] bytes = segment.content().copy(0, (int) segment.content().size());
        bytes[bytes.length - 1] ^= 1;
        KexecImage damaged = image.withSegments(image.segments().stream()
                .map(other -> other.role() == role ? segment.withContent(Content.of(bytes)) : other)
                .toList());

        Console console = Ppc64HandOver.boot("ppc64le-image-damaged-" + role, old, damaged);

        console.get("kexec4j purgatory: segment %s at 0x%x does not match its digest"
                .formatted(role.label(), segment.range().start()));
        assertThat(console.text())
                .endsWith("1 segment is damaged, resetting the machine")
                .doesNotContain("\"kernel\"");
    }
}

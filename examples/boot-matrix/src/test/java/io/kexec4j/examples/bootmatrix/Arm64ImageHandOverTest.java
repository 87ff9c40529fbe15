package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.examples.bootmatrix.Arm64HandOver.Board;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole images for arm64, started without a first Linux: the tiny kernel prints what it was handed. */
@ExtendWith(MatrixExtension.class)
class Arm64ImageHandOverTest {
    private static final long MIB = 1 << 20;
    private static final long RAM_SIZE = 256 * MIB;
    /** Behind the device tree that QEMU puts there. */
    private static final PhysicalRange RAM = new PhysicalRange(Arm64HandOver.RAM + MIB, Arm64HandOver.RAM + RAM_SIZE);

    private static final String COMMAND_LINE = "handed=\"over\" \\ here";
    private static final Content INITRD = Content.of(random(100_001));
    private static final Verification ON_CONSOLE =
            new Verification(true, MismatchAction.RESET, Optional.of(MmioUart.pl011(Arm64HandOver.UART)));

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    /** As a running kernel has it: with an initrd of its own, and a command line. */
    private static EditableTree tree() {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        tree.root()
                .add("memory@40000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(Arm64HandOver.RAM, RAM_SIZE));
        tree.root()
                .add("psci")
                .set("compatible", PropertyValue.ofStrings("arm,psci-1.0", "arm,psci-0.2"))
                .set("method", PropertyValue.ofStrings("hvc"));
        tree.root()
                .add("pl011@9000000")
                .set("compatible", PropertyValue.ofStrings("arm,pl011", "arm,primecell"))
                .set("reg", PropertyValue.ofU64(Arm64HandOver.UART, 0x1000));
        tree.root()
                .add("chosen")
                .set("stdout-path", PropertyValue.ofStrings("/pl011@9000000"))
                .set("bootargs", PropertyValue.ofStrings("of the running kernel"))
                .set("linux,initrd-start", PropertyValue.ofU64(0x4400_0000))
                .set("linux,initrd-end", PropertyValue.ofU64(0x4500_0000));
        return tree;
    }

    private static Target machine(EditableTree tree) {
        return Target.builder(Architecture.AARCH64, new MemoryMap(List.of(new MemoryRegion(RAM, RegionType.RAM))))
                .deviceTree(Content.of(tree.write()))
                .build();
    }

    private static KexecImageBuilder builder(Target target, Path kernel) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(KernelFile.parse(Content.ofFile(kernel)))
                .initrd(INITRD)
                .commandLine(COMMAND_LINE)
                .random(bytes -> Arrays.fill(bytes, (byte) 7))
                .verification(ON_CONSOLE);
    }

    private static void assertHandedOver(Console console, KexecImage image) throws IOException {
        PhysicalRange tree =
                image.segment(SegmentRole.DEVICE_TREE).orElseThrow().range();
        PhysicalRange kernel = image.segment(SegmentRole.KERNEL).orElseThrow().range();
        PhysicalRange initrd = image.segment(SegmentRole.INITRD).orElseThrow().range();
        console.get("kexec4j purgatory: \\d segments match, starting the kernel at 0x%x".formatted(kernel.start()));
        assertThat(console.get("(\\{\"kernel\".*)").group(1))
                .contains("\"load_address\": \"0x%x\"".formatted(kernel.start()))
                .contains("\"registers\": {\"x0\": \"0x%x\", \"x1\": \"0x0\", \"x2\": \"0x0\", \"x3\": \"0x0\"}"
                        .formatted(tree.start()))
                .contains("\"mmu\": false, \"data_cache\": false")
                .contains("\"bootargs\": \"handed=\\\"over\\\" \\\\ here\"")
                .contains("\"kaslr-seed\": \"0x0707070707070707\"")
                .contains("\"rng-seed\": \"0x" + "07".repeat(128) + "\"")
                .contains("\"linux,booted-from-kexec\": true")
                .contains(
                        "\"memory\": [{\"node\": \"memory@40000000\", \"reg\": [{\"start\": \"0x40000000\", \"size\": \"0x10000000\"}]}]")
                .contains("\"reservations\": [{\"start\": \"0x%x\", \"size\": \"0x%x\"}]"
                        .formatted(initrd.start(), INITRD.size()))
                .contains("\"initrd\": {\"address\": \"0x%x\", \"size\": 100001, \"sha256\": \"%s\"}"
                        .formatted(initrd.start(), INITRD.sha256()));
        assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Image", "ELF vmlinux"})
    void theKernelIsHandedWhatThePlanSays(String format, Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("aarch64", "none", "kexec4j tiny", format, "hand-over", true), () -> {
            Path kernel = format.equals("Image") ? Lab.tinyArm64Image() : Lab.tinyArm64Elf();
            KexecImage image = builder(machine(tree()), kernel).build();
            assertHandedOver(Arm64HandOver.boot("arm64-hand-over-image", Board.EL1, image), image);
        });
    }

    /** The user's tree says nothing of the machine; what a kernel cannot start without is added. */
    @Test
    void aTreeWithoutMemoryGetsTheMachines(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("aarch64", "none", "kexec4j tiny", "Image", "hand-over, --dtb", true), () -> {
            EditableTree users = tree();
            users.node("/memory@40000000").orElseThrow().remove();
            KexecImage image = builder(machine(tree()), Lab.tinyArm64Image())
                    .deviceTree(Content.of(users.write()))
                    .build();
            assertThat(image.remarks()).anyMatch(remark -> remark.contains("tells of no memory"));
            assertHandedOver(Arm64HandOver.boot("arm64-hand-over-dtb", Board.EL1, image), image);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"KERNEL", "INITRD", "DEVICE_TREE"})
    void aDamagedSegmentIsNamedAndNothingStarts(SegmentRole role) throws IOException, InterruptedException {
        KexecImage image = builder(machine(tree()), Lab.tinyArm64Image()).build();
        Segment segment = image.segment(role).orElseThrow();
        byte[] bytes = segment.content().copy(0, (int) segment.content().size());
        bytes[bytes.length - 1] ^= 1;
        KexecImage damaged = image.withSegments(image.segments().stream()
                .map(other -> other.role() == role ? segment.withContent(Content.of(bytes)) : other)
                .toList());

        Console console = Arm64HandOver.boot("arm64-hand-over-damaged-" + role, Board.EL1, damaged);

        console.get("kexec4j purgatory: segment %s at 0x%x does not match its digest"
                .formatted(role.label(), segment.range().start()));
        assertThat(console.text())
                .endsWith("1 segment is damaged, resetting the machine")
                .doesNotContain("\"kernel\"");
    }
}

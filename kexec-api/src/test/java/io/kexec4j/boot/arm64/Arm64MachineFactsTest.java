package io.kexec4j.boot.arm64;

import static io.kexec4j.boot.arm64.Arm64Machines.GIB;
import static io.kexec4j.boot.arm64.Arm64Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.boot.ConsoleWish;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.Arm64Cpu;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.report.ImageDiff;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an image for arm64 takes from the machine besides its memory. */
class Arm64MachineFactsTest {
    private static final long PAGES_16K = 0xc;
    private static final long BIG_ENDIAN = 0xb;

    private static KexecImageBuilder builder(Target target, long flags) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(KernelFile.parse(
                        Content.of(new Arm64Images().set("flags", flags).bytes())))
                .random(bytes -> {});
    }

    private static EditableTree edit(Content blob) throws IOException {
        return Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size()))).edit();
    }

    private static Target withTree(EditableTree tree) {
        return Arm64Machines.virt(GIB).deviceTree(Content.of(tree.write())).build();
    }

    @Test
    void aKernelThatTheCpusCannotRunIsRefusedBeforeItIsLoaded() throws IOException {
        Target a57 = Arm64Machines.virt(GIB)
                .arm64Cpu(new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN), Set.of(0x1000L, 0x10000L)))
                .build();

        assertThat(builder(a57, 0xa).build().remarks()).isEmpty();
        assertThatThrownBy(() -> builder(a57, PAGES_16K).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("flags (offset 0x18, bits 1 and 2) is 0xc: the kernel has pages of 16 KiB");
        assertThatThrownBy(() -> builder(a57, PAGES_16K).buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class);
        assertThatThrownBy(() -> builder(a57, BIG_ENDIAN).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("bit 0");
    }

    @Test
    void whatIsNotKnownOfTheCpusIsSaid() throws IOException {
        Target unknown = Arm64Machines.virt(GIB).build();

        assertThat(builder(unknown, 0xa).build().remarks()).isEmpty();
        assertThat(builder(unknown, PAGES_16K).build().remarks())
                .containsExactly(
                        "whether the CPUs of this machine can run the kernel is not known: it is little-endian,"
                                + " with pages of 16 KiB");
        assertThat(builder(unknown, BIG_ENDIAN).build().remarks()).hasSize(1);
    }

    @Test
    void aMachineWithoutPsciIsNotReset() throws IOException {
        EditableTree tree = edit(Arm64Machines.tree(GIB));
        tree.node("/psci").orElseThrow().remove();

        assertThat(builder(withTree(tree), 0xa).build().remarks())
                .containsExactly(
                        "a damaged segment would stop the machine and not reset it: the device tree names no PSCI");
    }

    @Test
    void theInitrdOfTheRunningKernelIsHandedOn() throws IOException {
        EditableTree tree = edit(Arm64Machines.tree(GIB));
        long start = 2 * GIB - 20 * MIB;
        tree.node("/chosen")
                .orElseThrow()
                .set("linux,initrd-start", PropertyValue.ofU64(start))
                .set("linux,initrd-end", PropertyValue.ofU64(start + 0x1234));
        Target target = Arm64Machines.virt(GIB)
                .deviceTree(Content.of(tree.write()))
                .commandLine("quiet retain_initrd")
                .build();

        KexecImage image =
                builder(target, 0xa).option(CommonOption.REUSE_INITRD).build();

        PhysicalRange initrd = PhysicalRange.ofSize(start, 0x1234);
        assertThat(image.segments()).map(Segment::range).noneMatch(initrd::overlaps);
        Fdt handedOver = DeviceTreesOf.image(image);
        assertThat(handedOver
                        .node("/chosen")
                        .orElseThrow()
                        .property("linux,initrd-end")
                        .orElseThrow()
                        .asU64())
                .isEqualTo(initrd.end());
        assertThat(handedOver.reservations()).containsExactly(new MemoryReservation(start, 0x1234));
    }

    /** The kernel must be able to map both, so it cannot be at the far end of a large machine. */
    @Test
    void theKernelLiesNearTheInitrdThatIsHandedOn() throws IOException {
        EditableTree tree = edit(Arm64Machines.tree(GIB));
        tree.node("/chosen")
                .orElseThrow()
                .set("linux,initrd-start", PropertyValue.ofU64(3 * GIB))
                .set("linux,initrd-end", PropertyValue.ofU64(3 * GIB + 0x1234));
        Target target = Arm64Machines.with(PhysicalRange.ofSize(GIB, 255 * GIB))
                .deviceTree(Content.of(tree.write()))
                .commandLine("retain_initrd")
                .build();

        long near =
                kernel(builder(target, 0xa).option(CommonOption.REUSE_INITRD).build());
        long below = kernel(builder(target, 2).option(CommonOption.REUSE_INITRD).build());

        assertThat(near).isBetween(34 * GIB, 35 * GIB);
        assertThat(below).isEqualTo(GIB);
        assertThat(kernel(builder(target, 0xa).build())).isGreaterThan(255 * GIB);
    }

    /** Regression: hostile or foreign ranges ended in an exception that nobody had declared, or in a kernel far away. */
    @ParameterizedTest
    @CsvSource({
        "0, 0x1000",
        "0x40000000, 0x500000000",
        "0x10000000, 0x10001000",
        "0xfffff80000000000, 0xfffff80000001000"
    })
    void anInitrdThatIsNotInMemoryIsNotHandedOn(String start, String end) throws IOException {
        EditableTree tree = edit(Arm64Machines.tree(GIB));
        tree.node("/chosen")
                .orElseThrow()
                .set("linux,initrd-start", PropertyValue.ofU64(Long.parseUnsignedLong(start.replace("0x", ""), 16)))
                .set("linux,initrd-end", PropertyValue.ofU64(Long.parseUnsignedLong(end.substring(2), 16)));
        Target target = Arm64Machines.virt(GIB)
                .deviceTree(Content.of(tree.write()))
                .commandLine("retain_initrd")
                .build();

        for (long flags : List.of(2L, 0xaL)) {
            assertThatThrownBy(() -> builder(target, flags)
                            .option(CommonOption.REUSE_INITRD)
                            .build())
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessageContaining("is not memory that can hold one");
        }
    }

    private static long kernel(KexecImage image) {
        return image.segment(SegmentRole.KERNEL).orElseThrow().range().start();
    }

    @Test
    void anInitrdThatIsGoneIsNotHandedOn() throws IOException {
        Target forgotten = Arm64Machines.virt(GIB).build();
        Target unknown = Arm64Machines.virt(GIB).commandLine("retain_initrd").build();

        assertThatThrownBy(() -> builder(forgotten, 0xa)
                        .option(CommonOption.REUSE_INITRD)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("retain_initrd");
        assertThatThrownBy(() ->
                        builder(unknown, 0xa).option(CommonOption.REUSE_INITRD).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("no device tree tells where it is");
        assertThatThrownBy(() -> builder(unknown, 0xa)
                        .option(CommonOption.REUSE_INITRD)
                        .initrd(Content.zeroes(5))
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("there can be one initrd");
        assertThatThrownBy(() ->
                        builder(unknown, 0xa).option(CommonOption.REUSE_INITRD).buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("kexec_file_load cannot do that");
    }

    @Test
    void optionsOfX86AreNotIgnored() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();

        assertThatThrownBy(() -> builder(target, 0xa).option(X86Option.NO_EFI).build())
                .isInstanceOf(UnsupportedCombinationException.class);
    }

    @Test
    void theConsoleIsWhereTheTreeSaysOrTheUser() throws IOException {
        Arm64Architecture arm64 = new Arm64Architecture();
        Target target = Arm64Machines.virt(GIB).build();
        Target mute = Arm64Machines.with(PhysicalRange.ofSize(GIB, GIB)).build();
        ConsoleWish elsewhere = new ConsoleWish(OptionalLong.of(0xa00_0000), OptionalInt.empty());

        assertThat(arm64.console(target, ConsoleWish.USUAL)).isEqualTo(MmioUart.pl011(0x900_0000));
        assertThat(arm64.console(target, elsewhere)).isEqualTo(MmioUart.pl011(0xa00_0000));
        assertThat(arm64.console(mute, elsewhere)).isEqualTo(MmioUart.pl011(0xa00_0000));
        for (long nowhere : List.of(0L, 0x3f8L, 0x5000_0000L, 0xa00_0001L)) {
            assertThatThrownBy(
                            () -> arm64.console(target, new ConsoleWish(OptionalLong.of(nowhere), OptionalInt.empty())))
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessage("there can be no console at 0x%x".formatted(nowhere));
        }
        assertThatThrownBy(() -> arm64.console(mute, ConsoleWish.USUAL))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("names no console that the purgatory has a driver for");
        assertThatThrownBy(() -> arm64.console(target, new ConsoleWish(OptionalLong.empty(), OptionalInt.of(9600))))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("sets no rate");
    }

    @Test
    void aConsoleThatIsNotTheUsualOneIsWhatTheTreeSays() throws IOException {
        EditableTree tree = edit(Arm64Machines.tree(GIB));
        tree.root()
                .add("serial@a000000")
                .set("compatible", PropertyValue.ofStrings("snps,dw-apb-uart"))
                .set("reg", PropertyValue.ofU64(0xa00_0000, 0x1000))
                .set("reg-shift", PropertyValue.ofCells(2))
                .set("reg-io-width", PropertyValue.ofCells(4));

        assertThat(new Arm64Architecture()
                        .console(withTree(tree), new ConsoleWish(OptionalLong.of(0xa00_0000), OptionalInt.empty())))
                .isEqualTo(new MmioUart(MmioUart.Type.I8250, 0xa00_0000, 2, 4));
    }

    @Test
    void whatNobodyVerifiesIsSaid() throws IOException {
        assertThat(builder(Arm64Machines.virt(GIB).build(), 0xa).buildFiles().remarks())
                .containsExactly(
                        "the running kernel starts it without checking that it is intact: on arm64, kexec_file_load"
                                + " has no purgatory");
    }

    @Test
    void aComparisonOfImagesReadsDeviceTrees() throws IOException {
        Target target = Arm64Machines.virt(GIB).build();

        ImageDiff diff = ImageDiff.of(
                builder(target, 0xa).commandLine("one").build(),
                builder(target, 0xa).commandLine("two").build());

        assertThat(diff.describe()).contains("dtb: /chosen:bootargs: \"one\" -> \"two\"");
        assertThat(diff.differences()).noneMatch(difference -> difference.what().contains("/psci"));
    }

    /** The tree of an image. */
    private static final class DeviceTreesOf {
        static Fdt image(KexecImage image) throws IOException {
            Content blob = image.segment(SegmentRole.DEVICE_TREE).orElseThrow().content();
            return Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
        }
    }
}

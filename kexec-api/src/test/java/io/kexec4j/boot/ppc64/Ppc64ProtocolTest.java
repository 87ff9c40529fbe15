package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Machines.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Machines.MIB;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.HypervisorConsole;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.target.PowerTrees;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ppc64ProtocolTest {
    private static final Content INITRD = Content.zeroes(3 * MIB + 5);
    private static final long RTAS = 0x2fff_f000;
    private static final long KERNEL_END = 0x287_f000;

    private static KexecImageBuilder builder(Target target, KernelFile kernel) {
        return KexecImageBuilder.forTarget(target)
                .kernel(kernel)
                .commandLine("quiet")
                .random(bytes -> Arrays.fill(bytes, (byte) 1));
    }

    /** Without digests, which take their time where there is much content. */
    private static KexecImageBuilder unchecked(Target target, KernelFile kernel) {
        return builder(target, kernel).verification(new Verification(false, MismatchAction.RESET, Optional.empty()));
    }

    private static Segment of(KexecImage image, SegmentRole role) {
        return Ppc64ImageRules.of(image, role);
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"PPC64", "PPC64LE"})
    void startsKernelsOfBothByteOrdersOnBoth(Architecture architecture) throws IOException {
        Target target =
                Ppc64Machines.of(architecture, Ppc64Machines.guestTree()).build();
        for (KernelFile kernel : List.of(
                new Ppc64Files(LITTLE_ENDIAN).kernel(),
                new Ppc64Files(BIG_ENDIAN).type(3).kernel())) {
            KexecImage image = builder(target, kernel).initrd(INITRD).build();

            new Ppc64ImageRules(target, 0x5_0000, Optional.of(INITRD), 4 * GIB).assertKeptBy(image);
            assertThat(image.architecture()).isEqualTo(architecture);
            assertThat(image.flagBits()).isEqualTo(21L << 16);
            assertThat(image.remarks()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0x1000, 0x1_0000})
    void takesPagesOfAnySize(long pageSize) throws IOException {
        Target target = Ppc64Machines.guest().pageSize(pageSize).build();

        KexecImage image = builder(target, new Ppc64Files(LITTLE_ENDIAN).kernel())
                .initrd(INITRD)
                .build();

        new Ppc64ImageRules(target, 0x5_0000, Optional.of(INITRD), 4 * GIB).assertKeptBy(image);
    }

    @Test
    void keepsOffFirmwareAndTables() throws IOException {
        Target target = Ppc64Machines.bareMetal().build();
        Content large = Content.zeroes(700 * MIB);

        KexecImage image = unchecked(target, new Ppc64Files(LITTLE_ENDIAN).kernel())
                .initrd(large)
                .build();

        new Ppc64ImageRules(target, 0x5_0000, Optional.of(large), 4 * GIB).assertKeptBy(image);
        assertThat(image.remarks()).isEmpty();
    }

    /** A guest before POWER9 reaches its first block of memory only. */
    @Test
    void everythingLiesInMemoryThatRealModeReaches() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        tree.root().childOrAdd("memory@0").set("reg", PropertyValue.ofU64(0, 256 * MIB));
        tree.root()
                .add("memory@10000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(256 * MIB, 4 * GIB));
        Target target = Ppc64Machines.of(Architecture.PPC64LE, tree).build();
        KernelFile kernel = new Ppc64Files(LITTLE_ENDIAN).kernel();

        new Ppc64ImageRules(target, 0x5_0000, Optional.of(INITRD), 256 * MIB)
                .assertKeptBy(builder(target, kernel).initrd(INITRD).build());
        assertThatThrownBy(() -> builder(target, kernel)
                        .initrd(Content.zeroes(300 * MIB))
                        .build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("initrd")
                .hasMessageContaining("0x10000000");
    }

    @Test
    void nothingLiesBeyondTheLimitOfTheRunningKernel() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        tree.root().childOrAdd("chosen").set("linux,memory-limit", PropertyValue.ofU64(256 * MIB));
        Target target = Ppc64Machines.of(Architecture.PPC64LE, tree).build();
        KernelFile kernel = new Ppc64Files(LITTLE_ENDIAN).kernel();

        new Ppc64ImageRules(target, 0x5_0000, Optional.of(INITRD), 256 * MIB)
                .assertKeptBy(builder(target, kernel).initrd(INITRD).build());
    }

    @Test
    void aKernelThatWouldMoveOntoTheFirmwareIsRefused() throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile kernel =
                new Ppc64Files(LITTLE_ENDIAN).sizes(0x1000, RTAS + 1).kernel();

        assertThatThrownBy(() -> builder(target, kernel).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("moved to address 0, below the firmware (RTAS)");
    }

    @Test
    void whatCannotBeEnteredIsRefused() throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile noHead = new Ppc64Files(LITTLE_ENDIAN).sizes(0xff, MIB).kernel();
        assertThatThrownBy(() -> builder(target, noHead).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("0x100 bytes of its first segment");
        KernelFile noInstruction =
                new Ppc64Files(BIG_ENDIAN).at(0x400_0000, 0x400_0002).kernel();
        assertThatThrownBy(() -> builder(target, noInstruction).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("at an instruction, and not at 0x4000002");
    }

    @ParameterizedTest
    @CsvSource({"reserved-ranges, memory that the firmware reserves", "linux-tce, tables of PCI devices"})
    void aKernelThatWouldMoveOntoWhatIsKeptIsRefused(String property, String what) throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        if (property.equals("reserved-ranges")) {
            tree.root().set(property, PropertyValue.ofU64(0x300_0000, MIB));
        } else {
            tree.root()
                    .add("pci@800000020000000")
                    .set("device_type", PropertyValue.ofStrings("pci"))
                    .set("linux,tce-base", PropertyValue.ofU64(0x300_0000))
                    .set("linux,tce-size", PropertyValue.ofCells((int) MIB));
        }
        Target target = Ppc64Machines.of(Architecture.PPC64LE, tree).build();
        KernelFile kernel =
                new Ppc64Files(LITTLE_ENDIAN).sizes(0x1000, 80 * MIB).kernel();

        assertThatThrownBy(() -> builder(target, kernel).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("below the " + what);
    }

    @Test
    void theLogOfMeasurementsIsSaidToBeLost() throws IOException {
        Target target = Ppc64Machines.guest().imaMeasurements(5000).build();

        KexecImage image =
                builder(target, new Ppc64Files(LITTLE_ENDIAN).kernel()).build();

        assertThat(image.remarks()).hasSize(1).allMatch(remark -> remark.startsWith("IMA's log of 5000 measurements"));
    }

    @Test
    void anInitrdThatWasKeptIsHandedOn() throws IOException {
        Target target = Ppc64Machines.guest().commandLine("retain_initrd").build();
        Target known = Target.builder(target.architecture(), target.memoryMap())
                .commandLine("retain_initrd")
                .liveTree(target.liveTree().orElseThrow())
                .deviceTree(target.liveTree().orElseThrow())
                .build();

        KexecImage image = builder(known, new Ppc64Files(LITTLE_ENDIAN).kernel())
                .option(CommonOption.REUSE_INITRD)
                .build();

        PhysicalRange kept = new PhysicalRange(0x2c9_0000, 0x602_c800);
        assertThat(image.segments())
                .hasSize(3)
                .noneMatch(segment -> segment.range().overlaps(kept));
        assertThat(Ppc64ImageRules.read(of(image, SegmentRole.DEVICE_TREE).content())
                        .node("/chosen")
                        .orElseThrow()
                        .property("linux,initrd-end")
                        .orElseThrow()
                        .asU64())
                .isEqualTo(kept.end());
    }

    @Test
    void withoutATreeThereIsNoImage() throws IOException {
        Target target = Target.builder(
                        Architecture.PPC64, Ppc64Machines.guest().build().memoryMap())
                .build();

        assertThatThrownBy(() ->
                        builder(target, new Ppc64Files(BIG_ENDIAN).kernel()).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("/proc/device-tree");
    }

    @Test
    void whereTheRunningKernelEndsShouldBeKnown() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        tree.root().childOrAdd("chosen").unset("linux,kernel-end");
        Target target = Ppc64Machines.of(Architecture.PPC64LE, tree).build();

        KexecImage image =
                builder(target, new Ppc64Files(LITTLE_ENDIAN).kernel()).build();

        assertThat(image.remarks()).hasSize(1).allMatch(remark -> remark.contains("linux,kernel-end"));
        assertThat(of(image, SegmentRole.KERNEL).range().start()).isLessThan(KERNEL_END);
    }

    @Test
    void theConsoleIsATerminalOfTheFirmware() throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile kernel = new Ppc64Files(LITTLE_ENDIAN).kernel();

        builder(target, kernel)
                .verification(
                        new Verification(true, MismatchAction.HALT, Optional.of(new HypervisorConsole(0x7100_0000))))
                .build();
        assertThatThrownBy(() -> builder(target, kernel)
                        .verification(
                                new Verification(true, MismatchAction.HALT, Optional.of(MmioUart.pl011(0x900_0000))))
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("terminal");
    }

    @Test
    void theCommandLineHasALimit() throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile kernel = new Ppc64Files(LITTLE_ENDIAN).kernel();

        builder(target, kernel).commandLine("x".repeat(2047)).build();
        assertThatThrownBy(() ->
                        builder(target, kernel).commandLine("x".repeat(2048)).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("COMMAND_LINE_SIZE");
    }

    @Test
    void theRunningKernelTakesTheFileItself() throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile kernel = new Ppc64Files(BIG_ENDIAN).kernel();

        KexecFiles files = builder(target, kernel).initrd(INITRD).buildFiles();

        assertThat(files.kernel()).isEqualTo(kernel.content());
        assertThat(files.remarks()).hasSize(1).allMatch(remark -> remark.contains("compares none"));
        assertThatThrownBy(() -> builder(target, kernel)
                        .deviceTree(target.liveTree().orElseThrow())
                        .buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class);
    }

    /** Seeded machines and kernels against the rules; what cannot be built says so by the declared exceptions. */
    @Test
    void keepsTheRulesOnAnyMachine() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        int built = 0;
        for (int i = 0; i < 300; i++) {
            EditableTree tree = random.nextBoolean() ? Ppc64Machines.guestTree() : PowerTrees.bareMetal();
            long ram = (64 + random.nextInt(4096)) * MIB;
            tree.root().childOrAdd("memory@0").set("reg", PropertyValue.ofU64(0, ram));
            EditableNode chosen = tree.root().childOrAdd("chosen");
            chosen.unset("linux,crashkernel-base");
            chosen.unset("linux,crashkernel-size");
            chosen.set("linux,kernel-end", PropertyValue.ofU64(1 + random.nextLong(100 * MIB)));
            Target target = Ppc64Machines.of(Architecture.PPC64LE, tree)
                    .pageSize(random.nextBoolean() ? 0x1000 : 0x1_0000)
                    .build();
            long memorySize = 0x2_0000 + random.nextLong(80 * MIB);
            Optional<Content> initrd = random.nextBoolean()
                    ? Optional.of(Content.zeroes(1 + random.nextLong(400 * MIB)))
                    : Optional.empty();
            KexecImageBuilder builder = unchecked(
                    target,
                    new Ppc64Files(LITTLE_ENDIAN).sizes(0x200, memorySize).kernel());
            initrd.ifPresent(builder::initrd);
            try {
                new Ppc64ImageRules(target, memorySize, initrd, ram).assertKeptBy(builder.build());
                built++;
            } catch (NoMemoryHoleException | ProtocolLimitException e) {
                assertThat(e).hasMessageMatching("(?s).*(0x|bytes).*");
            }
        }
        assertThat(built).isBetween(150, 299);
    }
}

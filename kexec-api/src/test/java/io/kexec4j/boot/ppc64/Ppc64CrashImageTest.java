package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Machines.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Machines.MIB;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashMachines;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.elf.CoreHeader;
import io.kexec4j.elf.CoreMemory;
import io.kexec4j.elf.CoreNotes;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.PowerTrees;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A crash image for Power runs where it lies, saves what its vectors will overwrite, and spares the firmware. */
class Ppc64CrashImageTest {
    private static final PhysicalRange ALL = PhysicalRange.ofSize(0, 4 * GIB);
    private static final PhysicalRange REGION = PhysicalRange.ofSize(512 * MIB, 256 * MIB);
    private static final PhysicalRange RTAS = PhysicalRange.ofSize(0x2fff_f000, 0x82c);

    private static KexecImageBuilder builder(Architecture architecture, KernelFile kernel, boolean hotplug)
            throws IOException {
        CrashFacts.Builder facts = CrashMachines.complete(CrashFacts.builder(List.of(ALL), List.of(REGION)));
        if (hotplug) {
            facts.elfcorehdrSize(461_000);
        }
        return KexecImageBuilder.forTarget(Ppc64Machines.of(architecture, Ppc64Machines.guestTree())
                        .crash(facts.build())
                        .build())
                .kernel(kernel)
                .initrd(Content.zeroes(3 * MIB + 5))
                .commandLine("irqpoll")
                .crash(CrashOptions.DEFAULT.withHotplug(hotplug))
                .random(bytes -> Arrays.fill(bytes, (byte) 1));
    }

    private static KexecImage image() throws IOException {
        return builder(Architecture.PPC64LE, new Ppc64Files(LITTLE_ENDIAN).kernel(), false)
                .build();
    }

    private static Segment of(KexecImage image, SegmentRole role) {
        return Ppc64ImageRules.of(image, role);
    }

    private static CoreHeader header(KexecImage image) throws IOException {
        Content content = of(image, SegmentRole.ELFCOREHDR).content();
        return CoreHeader.parse(ByteBuffer.wrap(content.copy(0, (int) content.size())));
    }

    @Test
    void everythingLiesInWhatWasSetApartButForTheFirmware() throws IOException {
        KexecImage image = image();
        assertThat(image.segments()).hasSize(6).allMatch(segment -> REGION.contains(segment.range()));
        assertThat(image.segments()).noneMatch(segment -> segment.range().overlaps(RTAS));
        assertThat(image.flags()).containsExactly(KexecFlag.ON_CRASH);
        assertThat(of(image, SegmentRole.BACKUP).range().size()).isEqualTo(0x1_0000);
    }

    @ParameterizedTest
    @EnumSource(
            value = Architecture.class,
            names = {"PPC64", "PPC64LE"})
    void theKernelIsToldToStayInItsOwnByteOrder(Architecture architecture) throws IOException {
        for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            Ppc64Files file = new Ppc64Files(order);
            KexecImage image = builder(architecture, file.kernel(), false).build();
            Content kernel = of(image, SegmentRole.KERNEL).content();
            byte[] expected = file.code();
            ByteBuffer.wrap(expected).order(order).putInt(Ppc64Files.RUN_AT_LOAD, 1);
            assertThat(kernel.copy(0, expected.length)).isEqualTo(expected);
        }
    }

    @Test
    void aKernelThatMovesItselfCannotRunAfterACrash() {
        assertThatThrownBy(() -> builder(
                                Architecture.PPC64LE,
                                new Ppc64Files(LITTLE_ENDIAN).magic(0).kernel(),
                                false)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("CONFIG_RELOCATABLE");
    }

    /** What is copied is a header of its own at address 0, the first of which that is so; notes never are there. */
    @Test
    void theCoreHeaderHasTheCopyAndTheFirmware() throws IOException {
        KexecImage image = image();
        long backup = of(image, SegmentRole.BACKUP).range().start();
        CoreHeader header = header(image);
        assertThat(header.machine()).isEqualTo(21);
        assertThat(header.byteOrder()).isEqualTo(LITTLE_ENDIAN);
        assertThat(header.notes()).extracting(CoreNotes::address).doesNotContain(0L);
        assertThat(header.memory())
                .extracting(CoreMemory::physicalAddress, CoreMemory::size, CoreMemory::offset)
                .containsExactly(
                        tuple(0L, 0x1_0000L, backup),
                        tuple(0x1_0000L, REGION.start() - 0x1_0000, 0x1_0000L),
                        tuple(RTAS.start(), RTAS.size(), RTAS.start()),
                        tuple(REGION.end(), ALL.end() - REGION.end(), REGION.end()));
    }

    @Test
    void theDeviceTreeTellsWhichMemoryToUse() throws IOException {
        KexecImage image = image();
        Fdt tree = Ppc64ImageRules.read(of(image, SegmentRole.DEVICE_TREE).content());
        long header = of(image, SegmentRole.ELFCOREHDR).range().start();
        assertThat(tree.node("/chosen")
                        .orElseThrow()
                        .property("bootargs")
                        .orElseThrow()
                        .asString())
                .isEqualTo("elfcorehdr=0x%x irqpoll".formatted(header));
        PropertyValue usable = tree.node("/memory@0")
                .orElseThrow()
                .property("linux,usable-memory")
                .orElseThrow();
        assertThat(usable).isEqualTo(PropertyValue.ofU64(0, REGION.end()));
        assertThat(tree.reservations())
                .contains(new MemoryReservation(0x1_0000, REGION.start() - 0x1_0000))
                .contains(new MemoryReservation(
                        of(image, SegmentRole.BACKUP).range().start(), 0x1_0000));
    }

    /** The running kernel looks for what it updates by the first four bytes of each segment. */
    @Test
    void nothingElseMayBeginLikeWhatIsUpdatedInPlace() throws IOException {
        for (byte[] magic : List.of(new byte[] {0x7f, 'E', 'L', 'F', 0}, new byte[] {-0x30, 0x0d, -2, -0x13, 0})) {
            KexecImageBuilder builder = builder(Architecture.PPC64LE, new Ppc64Files(LITTLE_ENDIAN).kernel(), true);
            assertThatThrownBy(builder.initrd(Content.of(magic))::build)
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessageContaining("the initrd begins like the ");
        }
    }

    @Test
    void updatedInPlaceAreHeaderAndTreeWhichNobodyChecks() throws IOException {
        KexecImage image = builder(Architecture.PPC64LE, new Ppc64Files(LITTLE_ENDIAN).kernel(), true)
                .build();
        assertThat(image.flags()).containsExactlyInAnyOrder(KexecFlag.ON_CRASH, KexecFlag.CRASH_HOTPLUG_SUPPORT);
        assertThat(of(image, SegmentRole.ELFCOREHDR).range().size()).isEqualTo(0x71000);
        assertThat(of(image, SegmentRole.PURGATORY).reason()).contains("it checks 2 segments");
    }

    private static KexecImageBuilder onMachine(EditableTree tree, long ram, PhysicalRange region) throws IOException {
        return KexecImageBuilder.forTarget(Ppc64Machines.of(Architecture.PPC64LE, tree)
                        .crash(CrashMachines.complete(
                                        CrashFacts.builder(List.of(PhysicalRange.ofSize(0, ram)), List.of(region)))
                                .build())
                        .build())
                .kernel(new Ppc64Files(LITTLE_ENDIAN).kernel())
                .crash(CrashOptions.DEFAULT);
    }

    /** As in guests of PowerVM, whose first block of memory ends within what is set apart: nothing is read or written beyond. */
    @Test
    void everythingLiesInMemoryThatRealModeReaches() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        tree.root().childOrAdd("memory@0").set("reg", PropertyValue.ofU64(0, 512 * MIB));
        tree.root()
                .add("memory@20000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(512 * MIB, 4 * GIB));
        PhysicalRange region = PhysicalRange.ofSize(128 * MIB, 512 * MIB);

        assertThat(onMachine(tree, 4 * GIB, region).build().segments())
                .hasSize(5)
                .allMatch(segment -> segment.range().end() <= 512 * MIB);
        assertThatThrownBy(() -> onMachine(tree, 4 * GIB, PhysicalRange.ofSize(512 * MIB, 256 * MIB))
                        .build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("set apart for a crash kernel, which has to reach it");
    }

    @Test
    void whatIsSetApartMayLieAbove4Gib() throws IOException {
        EditableTree tree = PowerTrees.bareMetal();
        tree.root().childOrAdd("memory@0").set("reg", PropertyValue.ofU64(0, 16 * GIB));
        tree.root().childOrAdd("chosen").unset("linux,memory-limit");
        PhysicalRange region = PhysicalRange.ofSize(8 * GIB, 512 * MIB);

        assertThat(onMachine(tree, 16 * GIB, region).build().segments())
                .allMatch(segment -> region.contains(segment.range()));
    }

    @Test
    void tablesOfPciDevicesWithinWhatIsSetApartAreSpared() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        PhysicalRange table = PhysicalRange.ofSize(0x2fe0_0000, MIB);
        tree.root()
                .add("pci@800000020000000")
                .set("device_type", PropertyValue.ofStrings("pci"))
                .set("linux,tce-base", PropertyValue.ofU64(table.start()))
                .set("linux,tce-size", PropertyValue.ofCells((int) MIB));

        assertThat(onMachine(tree, 4 * GIB, REGION).build().segments())
                .noneMatch(segment -> segment.range().overlaps(table));
    }

    @Test
    void whatUnpacksAKernelCannotRunAfterACrash() throws IOException {
        KexecImageBuilder builder = onMachine(Ppc64Machines.guestTree(), 4 * GIB, REGION)
                .kernel(new Ppc64Files(BIG_ENDIAN)
                        .at(REGION.start(), REGION.start())
                        .magic(0)
                        .kernel());
        assertThatThrownBy(builder::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("CONFIG_RELOCATABLE");
    }

    @Test
    void aDamagedTreeIsNamedBeforeAnythingIsPlanned() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        tree.root().childOrAdd("rtas").unset("rtas-size");
        KexecImageBuilder builder = KexecImageBuilder.forTarget(Target.builder(
                                Architecture.PPC64LE,
                                Ppc64Machines.guest().build().memoryMap())
                        .liveTree(Content.of(tree.write()))
                        .crash(CrashMachines.complete(CrashFacts.builder(List.of(ALL), List.of(REGION)))
                                .build())
                        .build())
                .kernel(new Ppc64Files(LITTLE_ENDIAN).kernel())
                .crash(CrashOptions.DEFAULT);
        assertThatThrownBy(builder::build)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("rtas-size");
    }
}

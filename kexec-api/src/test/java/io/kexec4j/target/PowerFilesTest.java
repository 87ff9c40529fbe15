package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of PowerPC machines, where the live device tree tells of the memory. */
class PowerFilesTest {
    private static final String FDT = "sys/firmware/fdt";
    private static final PhysicalRange CRASH = new PhysicalRange(0x2000_0000, 0x3000_0000);
    private static final PhysicalRange RAM = new PhysicalRange(0, 0x1_0000_0000L);

    private final EditableTree tree = PowerTrees.guest();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path copy;

    private CrashMachine machine() {
        return CrashMachine.ppc64le(tree.flatten());
    }

    /** A tree of the firmware, which knows nothing of what the running kernel keeps. */
    private static EditableTree handedOver() {
        EditableTree handedOver = PowerTrees.guest();
        for (String name : List.of("base", "size")) {
            handedOver.root().childOrAdd("chosen").unset("linux,crashkernel-" + name);
        }
        return handedOver;
    }

    private static byte[] blob(Fdt fdt) throws IOException {
        Content content = Content.of(fdt.bytes());
        return content.copy(0, (int) content.size());
    }

    /** Reads a machine, of which a copy must be read as the same. */
    private Target read(CrashMachine machine) throws IOException {
        TargetFiles files = machine.writeTo(root);
        Target target = files.read();
        files.capture(copy.resolve("machine"));
        assertThat(TargetFiles.below(copy.resolve("machine")).read()).isEqualTo(target);
        return target;
    }

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    @Test
    void theLiveTreeTellsOfTheMemory() throws IOException {
        Target target = read(machine());
        assertThat(target.architecture()).isEqualTo(Architecture.PPC64LE);
        assertThat(target.pageSize()).isEqualTo(0x1_0000);
        assertThat(target.memoryMap().regions())
                .containsExactly(
                        region(0, 0x2000_0000, RegionType.RAM),
                        region(0x2000_0000, 0x3000_0000, RegionType.CRASH_KERNEL),
                        region(0x3000_0000, 0x1_0000_0000L, RegionType.RAM));
        assertThat(target.deviceTree()).isEmpty();
        Content live = target.liveTree().orElseThrow();
        Fdt read = Fdt.readStrictly(ByteBuffer.wrap(live.copy(0, (int) live.size())));
        assertThat(PowerFacts.read(read)).isEqualTo(PowerFacts.read(tree));
        assertThat(target.crash())
                .contains(CrashFacts.builder(List.of(RAM), List.of(CRASH))
                        .cpus(List.of(new CpuNotes(0, true, PhysicalRange.ofSize(0xfeff_0000L, 536))), 2)
                        .vmcoreinfo(PhysicalRange.ofSize(0x3d2_0000, 0x1024))
                        .build());
    }

    @Test
    void theTreeOfTheFirmwareStandsBesideTheLiveOne() throws IOException {
        byte[] blob = blob(handedOver().flatten());
        Target target = read(machine().put(FDT, blob));
        assertThat(target.deviceTree()).contains(Content.of(blob));
        Target without = CrashMachine.ppc64le(tree.flatten())
                .writeTo(copy.resolve("without"))
                .read();
        assertThat(target.liveTree()).isEqualTo(without.liveTree()).isPresent();
        assertThat(target.memoryMap()).isEqualTo(without.memoryMap());
        assertThat(target.crash()).isEqualTo(without.crash()).isPresent();
    }

    /** The live tree shows none. */
    @Test
    void whatTheTreeOfTheFirmwareReservesIsReserved() throws IOException {
        List<MemoryReservation> reservations = List.of(
                new MemoryReservation(0x4000_0000, 0x1_0000),
                new MemoryReservation(0x2fff_f000, 0x1000),
                new MemoryReservation(0x2c9_0000, 0x33a_0000),
                new MemoryReservation(0x5000_0000, 1));
        EditableTree given = handedOver();
        given.setReservations(reservations);
        int size = given.flatten().header().totalSize();
        List<MemoryReservation> withItself = new ArrayList<>(reservations.subList(0, 3));
        withItself.add(new MemoryReservation(0x5000_0000, size));
        given.setReservations(withItself);
        byte[] blob = blob(given.flatten());
        assertThat(blob).hasSize(size);
        assertThat(read(machine().put(FDT, blob)).memoryMap().regions())
                .containsExactly(
                        region(0, 0x2000_0000, RegionType.RAM),
                        region(0x2000_0000, 0x2fff_f000, RegionType.CRASH_KERNEL),
                        region(0x2fff_f000, 0x3000_0000, RegionType.RESERVED),
                        region(0x3000_0000, 0x4000_0000, RegionType.RAM),
                        region(0x4000_0000, 0x4001_0000, RegionType.RESERVED),
                        region(0x4001_0000, 0x1_0000_0000L, RegionType.RAM));
    }

    @Test
    void aReservationOfTheFirmwareThatWrapsIsRefused() throws IOException {
        EditableTree given = handedOver();
        given.reserve(new MemoryReservation(-0x1000, 0x1001));
        CrashMachine machine = machine().put(FDT, blob(given.flatten()));
        assertThatThrownBy(() -> machine.writeTo(root).read())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("a memory reservation must not wrap: 0xfffffffffffff000+0x1001");
    }

    @Test
    void withoutALiveTreeTheOtherTellsOfTheMemory() throws IOException {
        CrashMachine machine = CrashMachine.ppc64le(EditableTree.empty().flatten())
                .remove("proc/device-tree/name")
                .put(FDT, blob(handedOver().flatten()));
        Target target = read(machine);
        assertThat(target.liveTree()).isEmpty();
        assertThat(target.memoryMap().ram()).containsExactly(RAM);
        assertThat(target.crash()).isEmpty();
        machine.remove(FDT);
        assertThatThrownBy(() -> machine.writeTo(copy.resolve("nothing")).read())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("proc/device-tree: the directory is missing, and the memory map is needed");
    }

    /** As everybody but root sees it: enough for all images but those for a crash. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void addressesThatAreHiddenAreNotNeededForTheMemory(boolean isMissing) throws IOException {
        CrashMachine machine = machine().put("proc/iomem", "00000000-00000000 : System RAM\n");
        Target target = read(isMissing ? machine.remove("proc/iomem") : machine);
        assertThat(target.memoryMap().ranges(RegionType.CRASH_KERNEL)).containsExactly(CRASH);
        assertThat(target.liveTree()).isPresent();
        assertThat(target.crash()).isEmpty();
    }

    @Test
    void pagesOfALinuxThatTellsNoneAreTheUsualOnes() throws IOException {
        assertThat(read(machine().remove("proc/self/auxv")).pageSize())
                .isEqualTo(Architecture.PPC64LE.defaultPageSize());
    }

    @Test
    void aBigEndianMachineIsOneToo() throws IOException {
        Target target = read(machine().put("proc/sys/kernel/arch", "ppc64\n").remove("proc/self/auxv"));
        assertThat(target.architecture()).isEqualTo(Architecture.PPC64);
        assertThat(target.crash().flatMap(CrashFacts::region)).contains(CRASH);
    }

    @Test
    void aMachineWithoutACrashKernelHasNoFactsForOne() throws IOException {
        for (String name : List.of("base", "size")) {
            tree.root().childOrAdd("chosen").unset("linux,crashkernel-" + name);
        }
        Target target = read(machine());
        assertThat(target.memoryMap().ram()).containsExactly(RAM);
        assertThat(target.crash()).isEmpty();
        assertThat(copy.resolve("machine/sys")).doesNotExist();
    }

    /** Before Linux 6.1 no file tells the architecture, and of another root neither does Java. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyOfAnUnknownArchitectureHasTheLiveTree(boolean hasBlob) throws IOException {
        CrashMachine machine = machine().remove("proc/sys/kernel/arch");
        if (hasBlob) {
            machine.put(FDT, blob(handedOver().flatten()));
        }
        TargetFiles files = machine.writeTo(root);
        files.capture(copy.resolve("machine"));
        Target target = TargetFiles.below(copy.resolve("machine")).read(Architecture.PPC64LE);
        assertThat(target).isEqualTo(files.read(Architecture.PPC64LE));
        assertThat(target.liveTree()).isPresent();
        assertThat(target.crash().flatMap(CrashFacts::region)).contains(CRASH);
    }

    /** Whose memory need not begin at 0, as that of a guest does. */
    @Test
    void whatIsNotOfPowerIsCopiedTooIfNothingTells() throws IOException {
        EditableTree other = EditableTree.empty();
        other.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        other.root()
                .add("memory@40000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0x4000_0000, 0x4000_0000));
        CrashMachine machine = CrashMachine.arm64().remove("proc/sys/kernel/arch");
        DeviceTreeDirectory.filesOf(other.flatten()).forEach(machine::put);
        TargetFiles files = machine.put(FDT, blob(other.flatten())).writeTo(root);
        files.capture(copy.resolve("machine"));
        assertThat(TargetFiles.below(copy.resolve("machine")).read(Architecture.AARCH64))
                .isEqualTo(files.read(Architecture.AARCH64));
    }

    /** {@code echo N > /sys/kernel/kexec_crash_size} gives the end back, and the tree stays as it is. */
    @ParameterizedTest
    @CsvSource({
        "sys/kernel/kexec/crash_size, 134217728, 0x28000000",
        "sys/kernel/kexec_crash_size, 134217728, 0x28000000",
        "sys/kernel/kexec_crash_size, 268435456, 0x30000000",
        "sys/kernel/kexec_crash_size, 9999999999, 0x30000000",
    })
    void whatIsGivenBackIsNoMemoryOfTheCrashKernel(String file, String size, String end) throws IOException {
        Target target = read(machine().put(file, size + "\n"));
        assertThat(target.crash().flatMap(CrashFacts::region))
                .contains(new PhysicalRange(CRASH.start(), Long.decode(end)));
    }

    @Test
    void ifAllIsGivenBackThereIsNoCrashKernel() throws IOException {
        assertThat(read(machine().put("sys/kernel/kexec_crash_size", "0\n")).crash())
                .isEmpty();
        assertThat(copy.resolve("machine/sys/kernel/kexec_crash_size")).hasContent("0\n");
        assertThat(copy.resolve("machine/sys/kernel/vmcoreinfo")).doesNotExist();
    }

    /** There it is as large as it is now. */
    @Test
    void whatIomemTellsCountsMoreThanTheSize() throws IOException {
        String iomem = "00000000-ffffffff : System RAM\n  20000000-27ffffff : Crash kernel\n";
        Target target = read(machine().put("proc/iomem", iomem).put("sys/kernel/kexec_crash_size", "4096\n"));
        assertThat(target.crash().flatMap(CrashFacts::region)).contains(new PhysicalRange(0x2000_0000, 0x2800_0000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "0x1000", "1 2", "9999999999999999999"})
    void whatIsNoSizeIsRefused(String size) {
        CrashMachine machine = machine().put("sys/kernel/kexec_crash_size", size + "\n");
        assertThatThrownBy(() -> machine.writeTo(root).read())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("sys/kernel/kexec_crash_size: a size must have");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sys/kernel/kexec_crash_size", "sys/kernel/kexec/crash_size"})
    void aCopyIsNotMixedWithTheSizeOfAnother(String name) throws IOException {
        CrashMachine.ppc64le(tree.flatten()).put(name, "4096\n").writeTo(copy);
        for (String top : List.of("proc", "sys/devices", "sys/kernel/vmcoreinfo")) {
            Files.move(copy.resolve(top), root.resolve(top.replace('/', '-')));
        }
        TargetFiles files = machine().writeTo(root.resolve("machine"));
        assertThatThrownBy(() -> files.capture(copy)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void notesAreNotAtAddress0() {
        PhysicalRange notes = new PhysicalRange(0, 0x1000);
        assertThatThrownBy(() -> new CpuNotes(0, true, notes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not lie at address 0");
        CrashFacts.Builder facts =
                CrashFacts.builder(List.of(RAM), List.of(CRASH)).vmcoreinfo(notes);
        assertThatThrownBy(facts::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not lie at address 0");
        for (CrashMachine machine : List.of(
                machine().notes(0, "0", 536), machine().put("sys/kernel/vmcoreinfo", "0x0000000000000000 1024\n"))) {
            assertThatThrownBy(() -> machine.writeTo(root).read())
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining("not at address 0");
        }
    }
}

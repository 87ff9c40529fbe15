package io.kexec4j.boot.arm64;

import static io.kexec4j.boot.arm64.Arm64Machines.GIB;
import static io.kexec4j.boot.arm64.Arm64Machines.MIB;
import static io.kexec4j.boot.arm64.Arm64Machines.RAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashMachines;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.elf.CoreHeader;
import io.kexec4j.elf.CoreMemory;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A crash image for arm64 lies in what was set apart; its device tree says so, and where the core header is. */
class Arm64CrashImageTest {
    private static final PhysicalRange ALL = PhysicalRange.ofSize(RAM, 4 * GIB);
    private static final PhysicalRange REGION = PhysicalRange.ofSize(RAM + 3 * GIB, 256 * MIB);
    private static final PhysicalRange LOW = PhysicalRange.ofSize(RAM + 512 * MIB, 128 * MIB);

    private static KexecImageBuilder builder(List<PhysicalRange> setApart) throws IOException {
        Target target = Arm64Machines.virt(4 * GIB)
                .crash(CrashMachines.complete(CrashFacts.builder(List.of(ALL), setApart))
                        .build())
                .build();
        return KexecImageBuilder.forTarget(target)
                .kernel(KernelFile.parse(Content.of(new Arm64Images().bytes())))
                .initrd(Content.zeroes(3 * MIB + 5))
                .commandLine("irqpoll")
                .crash(CrashOptions.DEFAULT)
                .random(bytes -> Arrays.fill(bytes, (byte) 1));
    }

    private static Fdt tree(KexecImage image) throws IOException {
        Content blob = image.segment(SegmentRole.DEVICE_TREE).orElseThrow().content();
        return Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
    }

    @Test
    void everythingLiesInWhatWasSetApart() throws IOException {
        KexecImage image = builder(List.of(REGION)).build();
        assertThat(image.segments()).hasSize(5).allMatch(segment -> REGION.contains(segment.range()));
        assertThat(image.flags()).containsExactly(KexecFlag.ON_CRASH);
        long end = image.segment(SegmentRole.KERNEL).orElseThrow().range().end();
        assertThat(image.segments())
                .filteredOn(segment -> segment.role() != SegmentRole.KERNEL)
                .allMatch(segment -> segment.range().start() >= end);
    }

    @Test
    void theDeviceTreeTellsOfCoreHeaderAndMemory() throws IOException {
        KexecImage image = builder(List.of(LOW, REGION)).build();
        PhysicalRange header =
                image.segment(SegmentRole.ELFCOREHDR).orElseThrow().range();
        Fdt tree = tree(image);
        FdtNode chosen = tree.node("/chosen").orElseThrow();
        assertThat(chosen.property("linux,elfcorehdr").orElseThrow())
                .isEqualTo(PropertyValue.ofU64(header.start(), header.size()));
        assertThat(chosen.property("linux,usable-memory-range").orElseThrow())
                .isEqualTo(PropertyValue.ofU64(REGION.start(), REGION.size(), LOW.start(), LOW.size()));
        assertThat(tree.reservations()).contains(new MemoryReservation(header.start(), header.size()));
        assertThat(chosen.property("bootargs").orElseThrow().asString()).isEqualTo("irqpoll");
    }

    @Test
    void theCoreHeaderDescribesTheKernelAndAllRamButWhatWasSetApart() throws IOException {
        Content content = builder(List.of(LOW, REGION))
                .build()
                .segment(SegmentRole.ELFCOREHDR)
                .orElseThrow()
                .content();
        CoreHeader header = CoreHeader.parse(ByteBuffer.wrap(content.copy(0, (int) content.size())));
        assertThat(header.machine()).isEqualTo(183);
        assertThat(header.memory().get(0).virtualAddress()).isEqualTo(CrashMachines.KERNEL_TEXT);
        assertThat(header.memory().stream().skip(1).map(CoreMemory::physicalAddress))
                .containsExactly(RAM, LOW.end(), REGION.end());
    }

    @Test
    void aNormalImageHasNothingOfIt() throws IOException {
        Target target = Arm64Machines.virt(4 * GIB)
                .crash(CrashMachines.complete(CrashFacts.builder(List.of(ALL), List.of(REGION)))
                        .build())
                .build();
        FdtNode chosen = tree(KexecImageBuilder.forTarget(target)
                        .kernel(KernelFile.parse(Content.of(new Arm64Images().bytes())))
                        .build())
                .node("/chosen")
                .orElseThrow();
        assertThat(chosen.property("linux,elfcorehdr")).isEmpty();
        assertThat(chosen.property("linux,usable-memory-range")).isEmpty();
    }

    @Test
    void noKernelOfArm64UpdatesTheCoreHeader() {
        assertThatThrownBy(() -> builder(List.of(REGION))
                        .crash(CrashOptions.DEFAULT.withHotplug(true))
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("no kernel of this architecture");
    }

    @Test
    void anInitrdOutsideOfWhatWasSetApartCannotBeKept() {
        assertThatThrownBy(() -> builder(List.of(REGION))
                        .initrds(List.of())
                        .option(CommonOption.REUSE_INITRD)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class);
    }

    @Test
    void tooLittleRoomSaysWhatWouldDo() {
        assertThatThrownBy(() -> builder(List.of(PhysicalRange.ofSize(RAM + 3 * GIB, 16 * MIB)))
                        .initrd(Content.zeroes(60 * MIB))
                        .build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("16 MiB are set apart")
                .hasMessageContaining("crashkernel=64M,");
    }
}

package io.kexec4j.crash;

import static io.kexec4j.crash.CrashMachines.KERNEL_TEXT;
import static io.kexec4j.crash.CrashMachines.MIB;
import static io.kexec4j.crash.CrashMachines.PAGE_OFFSET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.elf.CoreHeader;
import io.kexec4j.elf.CoreMemory;
import io.kexec4j.elf.CoreNotes;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CpuNotes;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrashPlanTest {
    private static final PhysicalRange EVERYWHERE = new PhysicalRange(0, -1);
    private static final PhysicalRange FIRST_MIB = new PhysicalRange(0, MIB);
    private static final PhysicalRange BASE_MEMORY = new PhysicalRange(0x1000, 0x9fc00);
    private static final PhysicalRange REGION = new PhysicalRange(512 * MIB, 768 * MIB);
    private static final CrashRules LENT = new CrashRules(
            true, true, Set.of(SegmentRole.ELFCOREHDR), 0x8000, Optional.of(FIRST_MIB), Optional.empty());
    private static final CrashRules COPIED = new CrashRules(
            true, true, Set.of(SegmentRole.ELFCOREHDR), 0x8000, Optional.empty(), Optional.of(BASE_MEMORY));

    private static final MemoryMap FIRMWARE = new MemoryMap(List.of(
            region(0, 0x9fc00, RegionType.RAM),
            region(0x9fc00, 0xa0000, RegionType.RESERVED),
            region(MIB, 1023 * MIB, RegionType.RAM),
            region(1023 * MIB, 1024 * MIB, RegionType.ACPI_TABLES)));

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    private static Target machine(CrashFacts.Builder facts) {
        return Target.builder(Architecture.X86_64, FIRMWARE)
                .crash(facts.build())
                .build();
    }

    private static CrashPlan plan(CrashFacts.Builder facts, CrashOptions options, CrashRules rules) {
        return CrashPlan.of(machine(facts), options, rules, EVERYWHERE);
    }

    private static CoreHeader header(CrashPlan plan) throws IOException {
        return CoreHeader.parse(ByteBuffer.wrap(plan.coreHeader().content().copy(0, (int)
                plan.coreHeader().content().size())));
    }

    @Test
    void theCoreHeaderDescribesNotesKernelAndMemory() throws IOException {
        CoreHeader header = header(plan(CrashMachines.pc(), CrashOptions.DEFAULT, LENT));
        assertThat(header)
                .isEqualTo(new CoreHeader(
                        ElfClass.ELF64,
                        ByteOrder.LITTLE_ENDIAN,
                        62,
                        List.of(
                                new CoreNotes(0x3ec0_0000L, 368),
                                new CoreNotes(0x3ec0_1000L, 368),
                                new CoreNotes(0x34_5000, 0x1024)),
                        List.of(
                                new CoreMemory(KERNEL_TEXT, 16 * MIB, 32 * MIB, 16 * MIB),
                                new CoreMemory(PAGE_OFFSET + MIB, MIB, 511 * MIB, MIB),
                                new CoreMemory(PAGE_OFFSET + 768 * MIB, 768 * MIB, 256 * MIB, 768 * MIB))));
    }

    @Test
    void whatIsCopiedIsReadFromTheCopy() throws IOException {
        CrashPlan plan = plan(CrashMachines.pc(), CrashOptions.DEFAULT, COPIED);
        PhysicalRange backup = plan.backup().orElseThrow().range();
        assertThat(header(plan).memory().get(1))
                .isEqualTo(new CoreMemory(PAGE_OFFSET + 0x1000, 0x1000, 0x9ec00, backup.start()));
        assertThat(backup.size()).isEqualTo(0x9f000);
        assertThat(REGION.contains(backup)).isTrue();
        assertThat(plan.segments())
                .extracting(segment -> segment.role())
                .containsExactly(SegmentRole.ELFCOREHDR, SegmentRole.BACKUP);
    }

    @Test
    void theCrashKernelHasWhatWasSetApartAndWhatItBorrows() {
        CrashPlan plan = plan(CrashMachines.pc(), CrashOptions.DEFAULT, COPIED);
        PhysicalRange header = plan.coreHeader().range();
        PhysicalRange backup = plan.backup().orElseThrow().range();
        assertThat(plan.target().memoryMap().ram())
                .startsWith(new PhysicalRange(512 * MIB, header.start()))
                .allMatch(REGION::contains);
        assertThat(plan.target().memoryMap().regions().stream()
                        .filter(region -> region.type().isRam())
                        .map(MemoryRegion::range))
                .contains(BASE_MEMORY)
                .allMatch(range -> REGION.contains(range) || range.equals(BASE_MEMORY))
                .noneMatch(range -> range.overlaps(header) || range.overlaps(backup));
        assertThat(plan.target().memoryMap().ranges(RegionType.RESERVED)).contains(header, backup);
        assertThat(plan.target().memoryMap().ranges(RegionType.ACPI_TABLES)).hasSize(1);
    }

    /** As RTAS in guests of QEMU, at the end of what is set apart: it goes on running there. */
    @Test
    void firmwareWithinWhatWasSetApartStaysAndIsDumped() throws IOException {
        PhysicalRange inside = new PhysicalRange(REGION.end() - 0x1000, REGION.end());
        PhysicalRange outside = PhysicalRange.ofSize(64 * MIB, 0x1000);
        CrashRules rules = new CrashRules(
                true, true, Set.of(), 0x8000, Optional.of(FIRST_MIB), Optional.empty(), List.of(inside, outside), -1);
        CrashPlan plan = plan(CrashMachines.pc(), CrashOptions.DEFAULT, rules);
        assertThat(plan.coreHeader().range().end()).isLessThanOrEqualTo(inside.start());
        assertThat(plan.target().memoryMap().regions())
                .contains(new MemoryRegion(inside, RegionType.RESERVED))
                .noneMatch(region -> region.range().overlaps(outside));
        assertThat(header(plan).memory().subList(1, 3))
                .containsExactly(
                        new CoreMemory(PAGE_OFFSET + MIB, MIB, 511 * MIB, MIB),
                        new CoreMemory(
                                PAGE_OFFSET + inside.start(), inside.start(), 256 * MIB + 0x1000, inside.start()));
    }

    @Test
    void noSegmentLiesInTheRoomOfTheRunningKernel() {
        CrashPlan plan = plan(CrashMachines.pc(), CrashOptions.DEFAULT, LENT);
        assertThat(plan.target().memoryMap().ranges(RegionType.CRASH_KERNEL))
                .filteredOn(REGION::contains)
                .singleElement()
                .satisfies(own -> {
                    assertThat(own.size()).isEqualTo(0x8000);
                    assertThat(own.overlaps(plan.coreHeader().range())).isFalse();
                });
    }

    @Test
    void twoReservationsAndCmaAreRamOfTheCrashKernelAndNotInTheDump() throws IOException {
        PhysicalRange low = new PhysicalRange(64 * MIB, 96 * MIB);
        PhysicalRange cma = new PhysicalRange(800 * MIB, 816 * MIB);
        PhysicalRange aperture = new PhysicalRange(900 * MIB, 901 * MIB);
        CrashPlan plan = plan(
                CrashMachines.complete(
                                CrashFacts.builder(List.of(new PhysicalRange(MIB, 1024 * MIB)), List.of(low, REGION)))
                        .cmaRanges(List.of(cma))
                        .apertures(List.of(aperture)),
                CrashOptions.DEFAULT,
                LENT);
        assertThat(plan.usable()).containsExactly(REGION, low);
        assertThat(plan.target().memoryMap().ranges(RegionType.CRASH_KERNEL)).contains(low, cma);
        assertThat(header(plan).memory().stream()
                        .skip(1)
                        .map(memory ->
                                new PhysicalRange(memory.physicalAddress(), memory.physicalAddress() + memory.size())))
                .containsExactly(
                        new PhysicalRange(MIB, low.start()),
                        new PhysicalRange(low.end(), REGION.start()),
                        new PhysicalRange(REGION.end(), cma.start()),
                        new PhysicalRange(cma.end(), aperture.start()),
                        new PhysicalRange(aperture.end(), 1024 * MIB));
    }

    @Test
    void onlineCpusOnlyIfWanted() throws IOException {
        List<CpuNotes> cpus =
                List.of(CrashMachines.cpu(0, true), CrashMachines.cpu(7, false), CrashMachines.cpu(10_003, true));
        CrashFacts.Builder facts = CrashMachines.pc().cpus(cpus, 16_384);
        assertThat(header(plan(facts, CrashOptions.DEFAULT, LENT)).notes()).hasSize(4);
        assertThat(header(plan(facts, CrashOptions.DEFAULT.withCpus(CpuSelection.ONLINE), LENT))
                        .notes())
                .extracting(CoreNotes::address)
                .containsExactly(
                        cpus.get(0).notes().start(), cpus.get(2).notes().start(), 0x34_5000L);
    }

    @Test
    void anArchitectureMayNeedNoEntryForTheKernel() throws IOException {
        CrashRules rules = new CrashRules(false, true, Set.of(), 0x1000, Optional.empty(), Optional.empty());
        CrashFacts known = CrashMachines.pc().build();
        CrashFacts.Builder facts = CrashFacts.builder(known.systemRam(), known.reservations())
                .cpus(known.cpus(), known.possibleCpus())
                .vmcoreinfo(known.vmcoreinfo().orElseThrow())
                .directMapOffset(0);
        assertThat(header(plan(facts, CrashOptions.DEFAULT, rules)).memory())
                .allMatch(memory -> memory.virtualAddress() == memory.physicalAddress());
    }

    @Test
    void withUpdatesInPlaceItHasRoomAndIsNotChecked() {
        CrashPlan plan = plan(CrashMachines.pc().elfcorehdrSize(917_616), CrashOptions.DEFAULT.withHotplug(true), LENT);
        assertThat(plan.coreHeader().range().size()).isEqualTo(0xe1000);
        assertThat(plan.unchecked()).containsExactly(SegmentRole.ELFCOREHDR);
        assertThat(plan.flags()).containsExactlyInAnyOrder(KexecFlag.ON_CRASH, KexecFlag.CRASH_HOTPLUG_SUPPORT);
    }

    /** 64 + 56 * (CPUs + vmcoreinfo + kernel + 2 ranges), or the kernel's figure, which on x86 lacks the 64, in pages. */
    @ParameterizedTest
    @CsvSource({"1, 100, 0x2000", "5600, 100, 0x2000", "0x1fc0, 100, 0x2000", "0x1fc1, 100, 0x3000", "1, 8192, 0x71000"
    })
    void theSizeForUpdatesIsThatOfTheKernelOrOfAllPossibleCpus(String figure, int possible, String size) {
        CrashFacts.Builder facts = CrashMachines.pc()
                .cpus(List.of(CrashMachines.cpu(0, true)), possible)
                .elfcorehdrSize(Long.decode(figure));
        assertThat(plan(facts, CrashOptions.DEFAULT.withHotplug(true), LENT)
                        .coreHeader()
                        .range()
                        .size())
                .isEqualTo(Long.decode(size));
    }

    @Test
    void withoutUpdatesEverythingIsChecked() {
        CrashPlan plan = plan(CrashMachines.pc().elfcorehdrSize(917_616), CrashOptions.DEFAULT, LENT);
        assertThat(plan.coreHeader().range().size()).isEqualTo(0x1000);
        assertThat(plan.unchecked()).isEmpty();
        assertThat(plan.flags()).containsExactly(KexecFlag.ON_CRASH);
    }

    @Test
    void updatesThatTheKernelCannotDoAreRefused() {
        CrashOptions hotplug = CrashOptions.DEFAULT.withHotplug(true);
        assertThatThrownBy(() -> plan(CrashMachines.pc(), hotplug, LENT))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("crash_elfcorehdr_size");
        CrashRules never = new CrashRules(true, false, Set.of(), 0x1000, Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> plan(CrashMachines.pc().elfcorehdrSize(1), hotplug, never))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("no kernel of this architecture");
    }

    @Test
    void withoutMemorySetApartThereIsNoImage() {
        Target none = Target.builder(Architecture.X86_64, FIRMWARE).build();
        assertThatThrownBy(() -> CrashPlan.of(none, CrashOptions.DEFAULT, LENT, EVERYWHERE))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("crashkernel=");
        assertThatThrownBy(() -> plan(CrashFacts.builder(List.of(REGION), List.of()), CrashOptions.DEFAULT, LENT))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("crashkernel=");
    }

    @Test
    void whatIsSetApartMustBeRam() {
        assertThatThrownBy(() -> plan(
                        CrashMachines.complete(
                                CrashFacts.builder(List.of(new PhysicalRange(MIB, 767 * MIB)), List.of(REGION))),
                        CrashOptions.DEFAULT,
                        LENT))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("must be RAM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpus", "vmcoreinfo", "kernel", "direct map"})
    void whatIsNotKnownIsAnErrorAndNeverAGuess(String missing) {
        CrashFacts known = CrashMachines.pc().build();
        CrashFacts.Builder facts = CrashFacts.builder(known.systemRam(), known.reservations());
        if (!missing.equals("cpus")) {
            facts.cpus(known.cpus(), known.possibleCpus());
        }
        if (!missing.equals("vmcoreinfo")) {
            facts.vmcoreinfo(known.vmcoreinfo().orElseThrow());
        }
        if (!missing.equals("kernel")) {
            facts.kernel(known.kernel().orElseThrow());
        }
        if (!missing.equals("direct map")) {
            facts.directMapOffset(PAGE_OFFSET);
        }
        assertThatThrownBy(() -> plan(facts, CrashOptions.DEFAULT, LENT))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("does not tell");
    }

    @Test
    void moreThanACoreHeaderCanCountIsRefused() {
        List<PhysicalRange> ram = new ArrayList<>(List.of(REGION));
        for (long i = 0; i < 65_534 - 4; i++) {
            ram.add(PhysicalRange.ofSize(0x1_0000_0000L + i * 0x2000, 0x1000));
        }
        assertThat(plan(CrashMachines.complete(CrashFacts.builder(ram, List.of(REGION))), CrashOptions.DEFAULT, LENT)
                        .coreHeader()
                        .content()
                        .size())
                .isEqualTo(CoreHeader.size(ElfClass.ELF64, 65_534));
        ram.add(PhysicalRange.ofSize(0x2_0000_0000L, 0x1000));
        assertThatThrownBy(() -> plan(
                        CrashMachines.complete(CrashFacts.builder(ram, List.of(REGION))), CrashOptions.DEFAULT, LENT))
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("PN_XNUM");
    }

    @Test
    void addressesThatNeed64BitsHaveNoHeaderOf32() {
        assertThatThrownBy(() -> plan(CrashMachines.pc(), CrashOptions.DEFAULT.withElf32(true), LENT))
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("32 bits");
    }

    @Test
    void aHeaderOf32BitsWhereAllFits() throws IOException {
        CrashRules rules = new CrashRules(false, true, Set.of(), 0x1000, Optional.empty(), Optional.empty());
        CrashFacts.Builder facts = CrashMachines.complete(
                        CrashFacts.builder(List.of(new PhysicalRange(MIB, 1024 * MIB)), List.of(REGION)))
                .directMapOffset(0xc000_0000L - 1024 * MIB);
        CoreHeader header = header(plan(facts, CrashOptions.DEFAULT.withElf32(true), rules));
        assertThat(header.elfClass()).isEqualTo(ElfClass.ELF32);
        assertThat(header.memory()).hasSize(2);
    }

    @Test
    void aRegionTooSmallForTheHeaderSaysSo() {
        CrashFacts.Builder facts = CrashMachines.complete(CrashFacts.builder(
                List.of(new PhysicalRange(MIB, 1024 * MIB)), List.of(PhysicalRange.ofSize(512 * MIB, 0x10000))));
        assertThatThrownBy(() -> plan(facts, CrashOptions.DEFAULT, LENT))
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("core header");
    }

    @Test
    void theCommandLineBeginsWithTheCoreHeader() {
        CrashPlan plan = plan(CrashMachines.pc(), CrashOptions.DEFAULT, LENT);
        String own = "elfcorehdr=0x%x".formatted(plan.coreHeader().range().start());
        assertThat(plan.commandLine("")).isEqualTo(own);
        assertThat(plan.commandLine("quiet -- single")).isEqualTo(own + " quiet -- single");
        assertThatThrownBy(() -> plan.commandLine("quiet elfcorehdr=1M"))
                .isInstanceOf(UnsupportedCombinationException.class);
    }

    @Test
    void theUsersWindowHoldsForTheCoreHeaderToo() {
        PhysicalRange window = new PhysicalRange(512 * MIB, 600 * MIB);
        CrashPlan plan = CrashPlan.of(machine(CrashMachines.pc()), CrashOptions.DEFAULT, COPIED, window);
        assertThat(plan.segments()).allMatch(segment -> window.contains(segment.range()));
    }
}

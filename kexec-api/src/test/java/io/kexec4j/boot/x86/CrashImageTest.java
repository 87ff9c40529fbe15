package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static io.kexec4j.boot.x86.Machines.region;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashMachines;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.elf.CoreHeader;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A crash image for x86 lies in what was set apart, and tells the kernel in it of nothing else. */
class CrashImageTest extends Linux64Images {
    private static final PhysicalRange REGION = new PhysicalRange(512 * MIB, 768 * MIB);

    private static Target machine(CrashFacts.Builder facts, String release) {
        return Target.builder(Architecture.X86_64, Machines.pc(1024 * MIB).memoryMap())
                .kernelRelease(release)
                .crash(facts.build())
                .build();
    }

    private static KexecImageBuilder crashBuilder(String release) throws IOException {
        return builder(machine(CrashMachines.pc(), release)).initrd(INITRD).crash(CrashOptions.DEFAULT);
    }

    private static Segment of(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow();
    }

    private static CoreHeader header(KexecImage image) throws IOException {
        Content content = of(image, SegmentRole.ELFCOREHDR).content();
        return CoreHeader.parse(ByteBuffer.wrap(content.copy(0, (int) content.size())));
    }

    @Test
    void everythingLiesInWhatWasSetApart() throws IOException {
        KexecImage image = crashBuilder("6.12.0").commandLine("irqpoll").build();
        assertThat(image.segments()).allMatch(segment -> REGION.contains(segment.range()));
        assertThat(image.segments())
                .extracting(Segment::role)
                .containsExactlyInAnyOrder(
                        SegmentRole.KERNEL,
                        SegmentRole.INITRD,
                        SegmentRole.BOOT_PARAMS,
                        SegmentRole.PURGATORY,
                        SegmentRole.ELFCOREHDR);
        assertThat(image.flags()).containsExactly(KexecFlag.ON_CRASH);
        assertThat(image.flagBits()).isEqualTo(62L << 16 | 1);
        assertThat(commandLine(image))
                .isEqualTo("elfcorehdr=0x%x irqpoll"
                        .formatted(of(image, SegmentRole.ELFCOREHDR).range().start()));
    }

    @Test
    void theE820TableHasOnlyTheMemoryOfTheCrashKernel() throws IOException {
        KexecImage image = crashBuilder("6.12.0").build();
        PhysicalRange header = of(image, SegmentRole.ELFCOREHDR).range();
        E820 told = E820.of(bootParams(image));
        assertThat(told.ram())
                .contains(new PhysicalRange(0x1000, 0x9fc00))
                .anyMatch(range -> range.start() == REGION.start())
                .allMatch(range -> range.end() <= MIB || REGION.contains(range))
                .noneMatch(range -> range.overlaps(header));
        assertThat(told.ram().stream().mapToLong(PhysicalRange::size).sum())
                .isEqualTo(0x9ec00 + REGION.size() - header.size());
        assertThat(told.ranges(RegionType.RESERVED)).contains(header, new PhysicalRange(0xf0000, 0x100000));
    }

    /** What a table in boot_params says, in the terms of this test. */
    private record E820(List<MemoryRegion> regions) {
        static E820 of(BootParams params) {
            ByteBuffer table =
                    ByteBuffer.wrap(params.bytes(BootParamsField.E820_TABLE)).order(ByteOrder.LITTLE_ENDIAN);
            List<MemoryRegion> regions = new ArrayList<>();
            for (int i = 0; i < params.get(BootParamsField.E820_ENTRIES); i++) {
                PhysicalRange range = PhysicalRange.ofSize(table.getLong(), table.getLong());
                regions.add(
                        region(range.start(), range.end(), RegionType.ofE820(Integer.toUnsignedLong(table.getInt()))));
            }
            return new E820(regions);
        }

        List<PhysicalRange> ram() {
            return ranges(RegionType.RAM);
        }

        List<PhysicalRange> ranges(RegionType type) {
            return regions.stream()
                    .filter(region -> region.type().equals(type))
                    .map(MemoryRegion::range)
                    .toList();
        }
    }

    @Test
    void sinceLinux55TheFirstMibIsLentAndNotDumped() throws IOException {
        assertThat(header(crashBuilder("5.5.0").build()).memory()).noneMatch(memory -> memory.physicalAddress() < MIB);
    }

    @Test
    void withMemoryAsOneExpectsOfAnOlderKernelItIsCopied() throws IOException {
        for (KexecImageBuilder builder :
                List.of(crashBuilder("5.4.302-generic"), crashBuilder("6.12.0").option(X86Option.BACK_UP_LOW_MEMORY))) {
            KexecImage image = builder.build();
            Segment backup = of(image, SegmentRole.BACKUP);
            assertThat(backup.range().size()).isEqualTo(0x9f000);
            assertThat(backup.content().size()).isZero();
            assertThat(header(image).memory()).anySatisfy(memory -> {
                assertThat(memory.physicalAddress()).isEqualTo(0x1000);
                assertThat(memory.size()).isEqualTo(0x9ec00);
                assertThat(memory.offset()).isEqualTo(backup.range().start());
            });
            assertThat(E820.of(bootParams(image)).ram())
                    .contains(new PhysicalRange(0x1000, 0x9fc00))
                    .noneMatch(range -> range.overlaps(backup.range()));
        }
    }

    @Test
    void theMemoryMapGoesOnTheCommandLineIfWanted() throws IOException {
        KexecImage image = crashBuilder("6.12.0")
                .option(X86Option.MEMMAP_ON_COMMAND_LINE)
                .commandLine("irqpoll")
                .build();
        Matcher words = Pattern.compile("memmap=(0x[0-9a-f]+)@(0x[0-9a-f]+)").matcher(commandLine(image));
        List<PhysicalRange> ram = words.results()
                .map(word -> PhysicalRange.ofSize(Long.decode(word.group(2)), Long.decode(word.group(1))))
                .toList();
        assertThat(commandLine(image)).startsWith("memmap=exactmap ").endsWith(" irqpoll");
        assertThat(ram).isEqualTo(E820.of(bootParams(image)).ram());
        assertThat(commandLine(image)).contains("memmap=0x10000$0xf0000");
    }

    @Test
    void thePurgatoryDoesNotCheckWhatTheRunningKernelUpdates() throws IOException {
        Target machine = machine(CrashMachines.pc().elfcorehdrSize(0x2000), "6.12.0");
        KexecImage plain = builder(machine).crash(CrashOptions.DEFAULT).build();
        KexecImage hotplug =
                builder(machine).crash(CrashOptions.DEFAULT.withHotplug(true)).build();
        assertThat(of(plain, SegmentRole.PURGATORY).reason()).endsWith("it checks 3 segments");
        assertThat(of(hotplug, SegmentRole.PURGATORY).reason()).endsWith("it checks 2 segments");
        assertThat(of(hotplug, SegmentRole.ELFCOREHDR).range().size()).isEqualTo(0x3000);
        assertThat(hotplug.flagBits() & 0xffff).isEqualTo(0x9);
    }

    @Test
    void noOtherSegmentMayLookLikeTheCoreHeaderThatIsUpdated() throws IOException {
        Target machine = machine(CrashMachines.pc().elfcorehdrSize(0x2000), "6.12.0");
        Content elf = Content.of("\177ELF initrd".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(builder(machine)
                        .initrd(elf)
                        .crash(CrashOptions.DEFAULT)
                        .build()
                        .segment(SegmentRole.INITRD))
                .isPresent();
        assertThatThrownBy(() -> builder(machine)
                        .initrd(elf)
                        .crash(CrashOptions.DEFAULT.withHotplug(true))
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("initrd begins like the elfcorehdr");
    }

    @Test
    void tooLittleRoomSaysWhatWouldDoAndThatDoes() throws IOException {
        CrashFacts.Builder small = CrashMachines.complete(CrashFacts.builder(
                List.of(new PhysicalRange(0x1000, 0x9fc00), new PhysicalRange(MIB, 1024 * MIB)),
                List.of(new PhysicalRange(752 * MIB, 768 * MIB))));
        Content initrd = Content.zeroes(100 * MIB);
        assertThatThrownBy(() -> builder(machine(small, "6.12.0"))
                        .initrd(initrd)
                        .crash(CrashOptions.DEFAULT)
                        .build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("16 MiB are set apart")
                .hasMessageContaining("crashkernel=112M,");
        CrashFacts.Builder enough = CrashMachines.complete(CrashFacts.builder(
                List.of(new PhysicalRange(0x1000, 0x9fc00), new PhysicalRange(MIB, 1024 * MIB)),
                List.of(new PhysicalRange(656 * MIB, 768 * MIB))));
        assertThat(builder(machine(enough, "6.12.0"))
                        .initrd(initrd)
                        .crash(CrashOptions.DEFAULT)
                        .build()
                        .segments())
                .hasSize(5);
    }

    @Test
    void moreThanHalfOfWhatWasSetApartMayBeUsedButNotMoreThanHalfOfTheMachine() throws IOException {
        assertThat(crashBuilder("6.12.0")
                        .initrd(Content.zeroes(200 * MIB))
                        .build()
                        .segments())
                .hasSize(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"MEMMAP_ON_COMMAND_LINE", "BACK_UP_LOW_MEMORY"})
    void someOptionsAreForACrashOnly(X86Option option) {
        assertThatThrownBy(() -> builder(Machines.pc(1024 * MIB)).option(option).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("only a crash kernel");
    }

    @Test
    void thereIsNothingToJumpBackToAfterACrash() {
        assertThatThrownBy(() -> crashBuilder("6.12.0")
                        .option(X86Option.PRESERVE_CONTEXT)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("jumped back to");
    }

    @Test
    void withoutMemorySetApartNothingIsBuilt() {
        assertThatThrownBy(() -> builder(Machines.pc(1024 * MIB))
                        .crash(CrashOptions.DEFAULT)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("crashkernel=");
    }

    @Test
    void aKernelThatIsEnteredIn32BitModeMayBeACrashKernelToo() throws IOException {
        KexecImage image = crashBuilder("6.12.0").option(X86Option.ENTRY_32BIT).build();
        assertThat(image.segments()).allMatch(segment -> REGION.contains(segment.range()));
        assertThat(of(image, SegmentRole.KERNEL).content())
                .isEqualTo(((BzImage) TinyKernel.read().kernel()).protectedModeCode());
    }

    @Test
    void aKernelThatTakesRealModeIsNone() {
        assertThatThrownBy(
                        () -> crashBuilder("6.12.0").option(X86Option.REAL_MODE).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("a start after a crash");
    }
}

package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that keep the running kernel, and the one that returns to it. */
class PreserveContextTest {
    private static final PhysicalRange WINDOW = new PhysicalRange(0, 128 * MIB);

    private static KexecImageBuilder builder(Target target) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(TinyKernel.read().kernel())
                .option(X86Option.PRESERVE_CONTEXT)
                .within(WINDOW);
    }

    @Test
    void allMemoryThatTheSecondKernelMayUseIsInTheImage() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB)).build();
        assertThat(image.flags()).containsExactly(KexecFlag.PRESERVE_CONTEXT);
        assertThat(image.flagBits()).isEqualTo(0x3e0002);
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.BACKUP, new PhysicalRange(0x1000, 0x9f000)),
                        tuple(SegmentRole.BACKUP, new PhysicalRange(0x100000, 0x7e00000)),
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x7e00000, 0x7e0c000)),
                        tuple(SegmentRole.BACKUP, new PhysicalRange(0x7e0c000, 0x7ffa000)),
                        tuple(SegmentRole.BOOT_PARAMS, new PhysicalRange(0x7ffa000, 0x7ffc000)),
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0x7ffc000, 0x8000000)));
        assertThat(image.segments())
                .filteredOn(segment -> segment.role() == SegmentRole.BACKUP)
                .allMatch(segment -> segment.content().size() == 0);
    }

    @Test
    void theSecondKernelIsToldOfNoOtherRam() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB)).build();
        BootParams params = BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
        ByteBuffer table = ByteBuffer.wrap(params.toByteArray(), 0x2d0, 0xa00).order(ByteOrder.LITTLE_ENDIAN);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < params.get(BootParamsField.E820_ENTRIES); i++) {
            told.add("%x+%x:%d".formatted(table.getLong(), table.getLong(), table.getInt()));
        }
        assertThat(told)
                .containsExactly(
                        "0+1000:2",
                        "1000+9e000:1",
                        "9f000+c00:2",
                        "9fc00+400:2",
                        "f0000+10000:2",
                        "100000+7f00000:1",
                        "8000000+18000000:2",
                        "fffc0000+40000:2");
        assertThat(params.get(BootParamsField.EXT_MEM_K)).isEqualTo(0xfc00);
        assertThat(params.get(BootParamsField.ALT_MEM_K)).isEqualTo(127 * 1024);
    }

    @Test
    void oldFieldsTellOfNoOtherRamEither() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB))
                .within(new PhysicalRange(0, 48 * MIB))
                .build();
        BootParams params = BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
        assertThat(params.get(BootParamsField.EXT_MEM_K)).isEqualTo(47 * 1024);
        assertThat(params.get(BootParamsField.ALT_MEM_K)).isEqualTo(47 * 1024);
    }

    @Test
    void thereIsRoomBehindTheCommandLine() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB))
                .commandLine("x".repeat(2047 - 41))
                .build();
        Segment params = image.segment(SegmentRole.BOOT_PARAMS).orElseThrow();
        byte[] bytes = params.content().copy(0, (int) params.content().size());
        for (int i = 4096 + 2047 - 41; i < 4096 + 2048; i++) {
            assertThat(bytes[i]).isZero();
        }
        assertThatThrownBy(() -> builder(Machines.pc(512 * MIB))
                        .commandLine("x".repeat(2047 - 40))
                        .build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining(
                        "with the address to jump back to (cmdline_size of this kernel): 2048, at most 2047");
    }

    @Test
    void moreThanHalfOfTheMemoryIsRefused() {
        assertThatThrownBy(() -> builder(Machines.pc(200 * MIB)).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("half of the RAM");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 30})
    void moreRangesThanSegmentsAreRefused(int count) {
        // Besides the ranges there are the kernel, two gaps, boot_params and purgatory in the last one.
        List<MemoryRegion> regions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            regions.add(Machines.region(0x1000 + i * 0x2000L, 0x2000 + i * 0x2000L, RegionType.RAM));
        }
        regions.add(Machines.region(16 * MIB, 512 * MIB, RegionType.RAM));
        Target target =
                Target.builder(Architecture.X86_64, new MemoryMap(regions)).build();
        if (count + 5 <= KexecImage.MAX_SEGMENTS) {
            assertThat(build(target).segments()).hasSize(count + 5);
        } else {
            assertThatThrownBy(() -> build(target))
                    .isInstanceOf(ProtocolLimitException.class)
                    .hasMessageContaining("ranges of memory that the running kernel must keep (KEXEC_SEGMENT_MAX)");
        }
    }

    private static KexecImage build(Target target) {
        try {
            return builder(target).build();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutTheOptionNothingIsKept() throws IOException {
        KexecImage image = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read().kernel())
                .within(WINDOW)
                .build();
        assertThat(image.flags()).isEmpty();
        assertThat(image.segment(SegmentRole.BACKUP)).isEmpty();
    }

    @Test
    void kexecFileLoadCannotKeepIt() {
        assertThatThrownBy(() -> KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                        .kernel(TinyKernel.read().kernel())
                        .option(X86Option.PRESERVE_CONTEXT)
                        .buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class);
    }

    @Test
    void anEntryMustLieInTheImage() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB)).build();
        assertThat(image.withEntry(0x7e00200).entry()).isEqualTo(0x7e00200);
        assertThatIllegalArgumentException().isThrownBy(() -> image.withEntry(0x9000_0000L));
    }

    /** Follows the tables as the processor does. */
    private static long mapped(KexecImage image, boolean fiveLevels, long address) throws IOException {
        Segment segment = image.segment(SegmentRole.PAGE_TABLES).orElseThrow();
        ByteBuffer bytes = ByteBuffer.wrap(segment.content().copy(0, 6 * 4096)).order(ByteOrder.LITTLE_ENDIAN);
        long table = fiveLevels ? 0 : 4096;
        for (int shift = fiveLevels ? 48 : 39; shift >= 21; shift -= 9) {
            long entry = bytes.getLong((int) table + (int) (address >>> shift & 511) * 8);
            if ((entry & 1) == 0) {
                return -1;
            }
            if (shift == 21) {
                assertThat(entry & 0x83).isEqualTo(0x83);
                return (entry & -0x200000) + (address & 0x1fffff);
            }
            table = (entry & -4096) - segment.range().start();
            assertThat(table).isBetween(0L, 5L * 4096);
        }
        throw new AssertionError();
    }

    @ParameterizedTest
    @ValueSource(longs = {0x1234, 0x1234_5678, 0x1_4000_0016L, 0x1f_ffff_f000L, 0x8f_1234_5678L, 0x3fff_ffff_0000L})
    void aJumpBackMapsItselfAndTheKernelThatWaits(long entry) throws IOException {
        KexecImage image = JumpBackImage.of(Machines.pc(512 * MIB), new PhysicalRange(0, -1), entry);
        assertThat(image.flags()).containsExactly(KexecFlag.PRESERVE_CONTEXT);
        assertThat(image.segments())
                .extracting(Segment::role)
                .containsExactly(SegmentRole.PAGE_TABLES, SegmentRole.PURGATORY);
        for (boolean five : new boolean[] {false, true}) {
            assertThat(mapped(image, five, entry)).isEqualTo(entry);
            assertThat(mapped(image, five, image.entry())).isEqualTo(image.entry());
            assertThat(mapped(image, five, 0x20_0000_0000L)).isEqualTo(-1);
        }
    }

    /** The stack is at the end. */
    @Test
    void aJumpBackMapsAllOfItself() throws IOException {
        for (long end : new long[] {0x4000_1000L, 0x4000_2000L, 0x4000_3000L, 0x4000_4000L, 0x4000_5000L}) {
            KexecImage image = JumpBackImage.of(Machines.pc(2048 * MIB), new PhysicalRange(0, end), 0x1234);
            PhysicalRange purgatory =
                    image.segment(SegmentRole.PURGATORY).orElseThrow().range();
            for (long address = purgatory.start(); address < purgatory.end(); address += 0x1000) {
                assertThat(mapped(image, false, address)).isEqualTo(address);
            }
        }
    }

    @Test
    void whereNoKernelCanWaitIsRefused() {
        Target target = Machines.pc(512 * MIB);
        assertThatIllegalArgumentException().isThrownBy(() -> JumpBackImage.of(target, WINDOW, 0));
        for (long entry : new long[] {1L << 46, -1}) {
            assertThatThrownBy(() -> JumpBackImage.of(target, WINDOW, entry))
                    .isInstanceOf(ProtocolLimitException.class);
        }
    }
}

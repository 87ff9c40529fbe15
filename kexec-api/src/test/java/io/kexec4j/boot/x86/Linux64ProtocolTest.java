package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.GIB;
import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.Module;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Linux64ProtocolTest extends Linux64Images {
    @Test
    void everythingLiesAsHighAsPossible() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB))
                .initrd(INITRD)
                .commandLine("a=b")
                .build();
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x1fe00000, 0x1fe0c000)),
                        tuple(SegmentRole.INITRD, new PhysicalRange(0x1fff9000, 0x1fffa000)),
                        tuple(SegmentRole.BOOT_PARAMS, new PhysicalRange(0x1fffa000, 0x1fffc000)),
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0x1fffc000, 0x20000000)));
    }

    @Test
    void aboveFourGibTheUpperHalvesAreWritten() throws IOException {
        KexecImage image = builder(Machines.pcAbove4G(6 * GIB))
                .initrd(INITRD)
                .commandLine("high")
                .build();
        BootParams params = bootParams(image);
        long initrd = image.segment(SegmentRole.INITRD).orElseThrow().range().start();
        assertThat(initrd).isGreaterThan(5 * GIB);
        assertThat(params.get(BootParamsField.EXT_RAMDISK_IMAGE) << 32 | params.get(BootParamsField.RAMDISK_IMAGE))
                .isEqualTo(initrd);
        assertThat(params.get(BootParamsField.RAMDISK_SIZE)).isEqualTo(INITRD.size());
        assertThat(commandLine(image)).isEqualTo("high");
    }

    @Test
    void aKernelThatCannotBeAbove4GibIsNot() throws IOException {
        KexecImage image = KexecImageBuilder.forTarget(Machines.pcAbove4G(6 * GIB))
                .kernel(TinyKernel.read()
                        .putShort(TinyKernel.XLOADFLAGS, 1)
                        .putInt(TinyKernel.INITRD_ADDR_MAX, 0x37ff_ffff)
                        .kernel())
                .initrd(INITRD)
                .build();
        assertThat(image.segment(SegmentRole.KERNEL).orElseThrow().range().end())
                .isEqualTo(GIB - 0x1f4000);
        assertThat(image.segment(SegmentRole.INITRD).orElseThrow().range().end())
                .isEqualTo(0x3800_0000);
        assertThat(image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().range().end())
                .isEqualTo(GIB);
    }

    @Test
    void aKernelThatCannotMoveLiesAtItsPreferredAddress() throws IOException {
        KexecImage image = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read().putByte(TinyKernel.RELOCATABLE, 0).kernel())
                .build();
        assertThat(image.segment(SegmentRole.KERNEL).orElseThrow().range().start())
                .isEqualTo(0x100_0000);
    }

    @Test
    void theSameInputsGiveTheSameImage() throws IOException {
        assertThat(builder(Machines.pc(512 * MIB)).initrd(INITRD).build())
                .isEqualTo(builder(Machines.pc(512 * MIB)).initrd(INITRD).build());
        assertThat(KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                        .kernel(TinyKernel.read().kernel())
                        .build())
                .as("another seed")
                .isNotEqualTo(builder(Machines.pc(512 * MIB)).build());
    }

    @Test
    void thePurgatoryChecksEverySegmentButItself() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB)).initrd(INITRD).build();
        ByteBuffer purgatory = image.segment(SegmentRole.PURGATORY)
                .orElseThrow()
                .content()
                .slices()
                .get(0);
        byte[] bytes = new byte[purgatory.remaining()];
        purgatory.get(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (SegmentRole role : List.of(SegmentRole.KERNEL, SegmentRole.INITRD, SegmentRole.BOOT_PARAMS)) {
            Content content = image.segment(role).orElseThrow().content();
            assertThat(text).contains(new String(content.sha256().toByteArray(), StandardCharsets.ISO_8859_1));
        }
        KexecImage unchecked = builder(Machines.pc(512 * MIB))
                .initrd(INITRD)
                .verification(new Verification(false, MismatchAction.RESET, Optional.empty()))
                .build();
        assertThat(unchecked.segment(SegmentRole.PURGATORY).orElseThrow().reason())
                .endsWith("it checks nothing");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 2047})
    void theCommandLineMayBeAsLongAsThisKernelSays(int limit) throws IOException {
        KexecImageBuilder builder = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read().putInt(TinyKernel.CMDLINE_SIZE, limit).kernel());
        assertThat(commandLine(builder.commandLine("x".repeat(limit)).build())).hasSize(limit);
        assertThatThrownBy(() -> builder.commandLine("x".repeat(limit + 1)).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessage("bytes of the command line (cmdline_size of this kernel): %d, at most %d"
                        .formatted(limit + 1, limit));
    }

    @Test
    void anInitrdThatDoesNotFitIsRefusedWithTheHoles() throws IOException {
        KexecImageBuilder builder = builder(Machines.pc(64 * MIB)).initrd(Content.of(new byte[63 << 20]));
        assertThatThrownBy(builder::build)
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("no room for initrd: 0x3f00000 bytes")
                .hasMessageContaining("[0x100000, 0x3e00000)");
    }

    @Test
    void moreThanHalfOfTheMemoryIsRefusedAsLinuxWould() throws IOException {
        KexecImageBuilder builder = builder(Machines.pc(64 * MIB)).initrd(Content.of(new byte[34 << 20]));
        assertThatThrownBy(builder::build)
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("Linux takes half of the RAM");
    }

    @Test
    void theWindowIsKept() throws IOException {
        PhysicalRange window = new PhysicalRange(128 * MIB, 256 * MIB);
        KexecImage image =
                builder(Machines.pc(512 * MIB)).initrd(INITRD).within(window).build();
        assertThat(image.segments()).allMatch(segment -> window.contains(segment.range()));
        assertThatThrownBy(() -> builder(Machines.pc(512 * MIB))
                        .within(new PhysicalRange(0, MIB))
                        .build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("kernel");
    }

    private enum OtherOption implements BootOption {
        OF_ANOTHER_ARCHITECTURE;

        @Override
        public String label() {
            return "a quiet beep";
        }
    }

    @Test
    void whatCannotBeHonouredIsRefused() throws IOException {
        Content file = Content.of(new byte[] {1});
        assertThatThrownBy(() -> builder(Machines.pc(512 * MIB))
                        .option(OtherOption.OF_ANOTHER_ARCHITECTURE)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageStartingWith("a quiet beep: not possible with this kernel on x86_64: bzImage");
        assertThatThrownBy(() -> builder(Machines.pc(512 * MIB))
                        .module(new Module(file, "a module"))
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageStartingWith("modules: not possible with this kernel");
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 46, 1L << 50, Long.MIN_VALUE, -0x300000L})
    void aPreferredAddressThatNoMemoryHasIsRefused(long address) throws IOException {
        for (int relocatable = 0; relocatable <= 1; relocatable++) {
            KexecImageBuilder builder = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                    .kernel(TinyKernel.read()
                            .putLong(TinyKernel.PREF_ADDRESS, address)
                            .putByte(TinyKernel.RELOCATABLE, relocatable)
                            .kernel());
            assertThatThrownBy(builder::build)
                    .isInstanceOf(ProtocolLimitException.class)
                    .hasMessageContaining("pref_address");
        }
    }

    @Test
    void aKernelThatCannotMoveNeedsWholePages() throws IOException {
        KexecImage image = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read()
                        .putByte(TinyKernel.RELOCATABLE, 0)
                        .putInt(TinyKernel.INIT_SIZE, 0xc001)
                        .kernel())
                .build();
        assertThat(image.segment(SegmentRole.KERNEL).orElseThrow().range())
                .isEqualTo(new PhysicalRange(0x100_0000, 0x100_d000));
    }

    @Test
    void anInitrdAddrMaxThatLeavesNoRoomIsRefused() throws IOException {
        KexecImageBuilder builder = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read()
                        .putShort(TinyKernel.XLOADFLAGS, 1)
                        .putInt(TinyKernel.INITRD_ADDR_MAX, 0xff_ffff)
                        .kernel())
                .initrd(INITRD);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("initrd_addr_max");
    }

    @Test
    void nothingEndsAtTheLimitOfLinux() throws IOException {
        long limit = 1L << 46;
        MemoryMap map = new MemoryMap(List.of(Machines.region(limit - GIB, limit + GIB, RegionType.RAM)));
        KexecImage image = builder(Target.builder(Architecture.X86_64, map).build())
                .initrd(INITRD)
                .build();
        assertThat(image.segments()).allMatch(segment -> segment.range().end() < limit - 1);
    }

    @Test
    void aKernelIsNeeded() {
        assertThatThrownBy(() ->
                        KexecImageBuilder.forTarget(Machines.pc(512 * MIB)).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("an image needs a kernel");
    }
}

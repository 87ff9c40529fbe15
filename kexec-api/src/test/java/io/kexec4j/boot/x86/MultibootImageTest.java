package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.Module;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.Multiboot2Header.Relocatable;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibootImageTest {
    private static KexecImage image(int version, ElfFiles file, Optional<Content> initrd, List<Module> modules)
            throws IOException {
        return image(version, file, initrd, modules, Optional.empty());
    }

    private static KexecImage image(
            int version,
            ElfFiles file,
            Optional<Content> initrd,
            List<Module> modules,
            Optional<Relocatable> relocatable)
            throws IOException {
        ElfKernel kernel = file.kernel();
        BootRequest request = new BootRequest(
                Machines.pcAbove4G(6 * GIB),
                kernel,
                initrd,
                "a=b",
                Optional.empty(),
                modules,
                Set.of(),
                Optional.empty(),
                new PhysicalRange(0, -1),
                Verification.DEFAULT,
                bytes -> {},
                Progress.NONE);
        return MultibootImage.of(
                request,
                new MultibootImage.Program(version, kernel.entry(), kernel.segments(), relocatable),
                MultibootScreen.NONE);
    }

    private static ElfFiles program() {
        return ElfFiles.of(false).load(0x20_0000, "code", 0x1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void allLiesBelow4GiBAndModulesBeginAtPages(int version) throws IOException {
        List<Module> modules = List.of(
                new Module(Content.of(new byte[5000]), "dom0 console=hvc0"),
                new Module(Content.EMPTY, "empty"),
                new Module(Content.of(new byte[4096]), "initrd"));
        KexecImage image = image(version, program(), Optional.empty(), modules);
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x20_0000, 0x20_1000)),
                        tuple(SegmentRole.MODULES, new PhysicalRange(0x3fff_8000, 0x3fff_b000)),
                        tuple(SegmentRole.BOOT_INFORMATION, new PhysicalRange(0x3fff_b000, 0x3fff_c000)),
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0x3fff_c000, 0x4000_0000)));
        ByteBuffer bytes = image.segment(SegmentRole.BOOT_INFORMATION)
                .orElseThrow()
                .content()
                .slices()
                .get(0)
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(starts(version, bytes, 0x3fff_b000))
                .containsExactly(0x3fff_8000, 0x3fff_9388, 0x3fff_a000, 0x3fff_a000, 0x3fff_a000, 0x3fff_b000);
    }

    /** Start and end of each module. */
    private static List<Integer> starts(int version, ByteBuffer bytes, long address) {
        List<Integer> found = new ArrayList<>();
        if (version == 1) {
            int list = (int) (bytes.getInt(24) - address);
            for (int i = 0; i < bytes.getInt(20); i++) {
                found.addAll(List.of(bytes.getInt(list + 16 * i), bytes.getInt(list + 16 * i + 4)));
            }
        } else {
            for (int at = 8; bytes.getInt(at) != 0; at += bytes.getInt(at + 4) + 7 & -8) {
                if (bytes.getInt(at) == 3) {
                    found.addAll(List.of(bytes.getInt(at + 8), bytes.getInt(at + 12)));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource({"0, 0x300000", "1, 0x300000", "2, 0x3ffff000"})
    void aKernelThatMayBeMovedIsMovedIfItMust(long preference, String place) throws IOException {
        Optional<Relocatable> limits = Optional.of(new Relocatable(0x30_0000, 0x4000_0000, 0x1000, preference));
        KexecImage there = image(2, program(), Optional.empty(), List.of(), limits);
        assertThat(there.segments().get(0).range().start()).isEqualTo(0x20_0000);

        // From 2 GiB on there is nothing.
        ElfFiles far = ElfFiles.of(false).load(0x8000_0010L, "code", 0x10).load(0x8000_0100L, "more", 0x80);
        assertThatThrownBy(() -> image(2, far, Optional.empty(), List.of(), limits))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("demands a multiple of 0x1000, but it was linked for 0x80000010")
                .hasCauseInstanceOf(NoMemoryHoleException.class);
        assertThatThrownBy(() -> image(2, far, Optional.empty(), List.of())).isInstanceOf(NoMemoryHoleException.class);
        ElfFiles aligned = ElfFiles.of(false).load(0x8000_0000L, "code", 0x10).load(0x8000_0100L, "more", 0x80);
        KexecImage moved = image(2, aligned, Optional.empty(), List.of(), limits);
        Segment kernel = moved.segment(SegmentRole.KERNEL).orElseThrow();
        long start = Long.decode(place);
        assertThat(kernel.range().start()).isEqualTo(start);
        assertThat(new String(kernel.content().copy(0x100, 4), StandardCharsets.US_ASCII))
                .isEqualTo("more");
        assertThat(kernel.reason()).contains("as its header permits");
        Content told = moved.segment(SegmentRole.BOOT_INFORMATION).orElseThrow().content();
        ByteBuffer bytes = ByteBuffer.wrap(told.copy(0, (int) told.size())).order(ByteOrder.LITTLE_ENDIAN);
        int at = 8;
        while (bytes.getInt(at) != 21) {
            at += bytes.getInt(at + 4) + 7 & -8;
        }
        assertThat(bytes.getInt(at + 8)).as("load base").isEqualTo((int) start);
    }

    @Test
    void aKernelThatBeginsAtAPageIsMovedToTheAlignmentThatItLacks() throws IOException {
        Optional<Relocatable> limits = Optional.of(new Relocatable(0x30_0000, 0x4000_0000, 0x20_0000, 1));
        ElfFiles far = ElfFiles.of(false).load(0x8000_1000L, "code", 0x10).load(0x8000_2100L, "more", 0x80);
        List<Segment> kernel =
                image(2, far, Optional.empty(), List.of(), limits).segments().subList(0, 2);
        assertThat(kernel)
                .extracting(Segment::range)
                .containsExactly(new PhysicalRange(0x40_0000, 0x40_1000), new PhysicalRange(0x40_1000, 0x40_2000));
        assertThat(new String(kernel.get(1).content().copy(0x100, 4), StandardCharsets.US_ASCII))
                .isEqualTo("more");
        assertThat(kernel.get(0).reason()).startsWith("moved by -0x7fc01000");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> image(1, program(), Optional.of(Content.of(new byte[1])), List.of()))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("--module");
        assertThatThrownBy(() ->
                        image(1, ElfFiles.of(true).load(0x1_4000_0000L, "code", 0x1000), Optional.empty(), List.of()))
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("end of the multiboot kernel");
    }
}

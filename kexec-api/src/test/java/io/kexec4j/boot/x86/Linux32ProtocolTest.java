package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.GIB;
import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Linux32ProtocolTest {
    private static final Content INITRD = Content.of("an initrd".getBytes(StandardCharsets.US_ASCII));

    /** A 32-bit kernel of the version. */
    private static BzImageBuilder kernel(int version) {
        return new BzImageBuilder().version(version).set("xloadflags", 0);
    }

    private static KexecImageBuilder builder(Target target, BzImageBuilder kernel) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(KernelFile.parse(kernel.content()))
                .random(bytes -> Arrays.fill(bytes, (byte) 0x5e));
    }

    private static PhysicalRange range(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow().range();
    }

    private static BootParams bootParams(KexecImage image) throws IOException {
        return BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
    }

    /** The text at an offset in the segment of boot_params. */
    private static String text(KexecImage image, long offset) throws IOException {
        Content content = image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content();
        byte[] bytes = content.copy(offset, (int) (content.size() - offset));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.substring(0, text.indexOf('\0'));
    }

    @Test
    void a32BitKernelLiesLowAndAllElseInTheMemoryThatItMaps() throws IOException {
        KexecImage image = builder(Machines.pcAbove4G(6 * GIB), kernel(0x020f))
                .initrd(INITRD)
                .commandLine("a=b")
                .build();
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x100_0000, 0x110_0000)),
                        tuple(SegmentRole.BOOT_PARAMS, new PhysicalRange(0x37ff_a000, 0x37ff_c000)),
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0x37ff_c000, 0x3800_0000)),
                        tuple(SegmentRole.INITRD, new PhysicalRange(0x3fff_f000, 0x4000_0000)));
        BootParams params = bootParams(image);
        assertThat(params.get(BootParamsField.CODE32_START)).isEqualTo(0x100_0000);
        assertThat(params.get(BootParamsField.LOADFLAGS)).as("LOADED_HIGH").isEqualTo(1);
        assertThat(params.get(BootParamsField.TYPE_OF_LOADER)).isEqualTo(0xd0);
        assertThat(params.get(BootParamsField.CMD_LINE_PTR)).isEqualTo(0x37ff_b000);
        assertThat(params.get(BootParamsField.CL_MAGIC)).isZero();
        assertThat(text(image, 0x1000)).isEqualTo("a=b");
        assertThat(image.remarks()).isEmpty();
    }

    @Test
    void a64BitKernelEnteredIn32BitModeMayUseAllBelow4GiB() throws IOException {
        Target machine = Target.builder(
                        Architecture.X86_64, new MemoryMap(List.of(Machines.region(3 * GIB, 6 * GIB, RegionType.RAM))))
                .build();
        BzImageBuilder kernel = new BzImageBuilder().set("initrd_addr_max", 0xffff_ffffL);
        KexecImage image = builder(machine, kernel)
                .option(X86Option.ENTRY_32BIT)
                .initrd(INITRD)
                .build();
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0xc000_0000L, 0xc010_0000L)),
                        tuple(SegmentRole.INITRD, new PhysicalRange(0xffff_9000L, 0xffff_a000L)),
                        tuple(SegmentRole.BOOT_PARAMS, new PhysicalRange(0xffff_a000L, 0xffff_c000L)),
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0xffff_c000L, 0x1_0000_0000L)));
        assertThat(bootParams(image).get(BootParamsField.CODE32_START)).isEqualTo(0xc000_0000L);
        assertThatThrownBy(() -> builder(machine, kernel(0x020f)).build())
                .as("a 32-bit kernel cannot lie there")
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("kernel")
                .hasMessageContaining("above the limit 0x38000000");
    }

    @Test
    void withoutTheOptionA64BitKernelIsEnteredIn64BitMode() throws IOException {
        Target machine = Machines.pcAbove4G(6 * GIB);
        KexecImage wide = builder(machine, new BzImageBuilder()).build();
        KexecImage narrow = builder(machine, new BzImageBuilder())
                .option(X86Option.ENTRY_32BIT)
                .build();
        assertThat(range(wide, SegmentRole.PURGATORY).start()).isGreaterThan(4 * GIB);
        assertThat(narrow.segments()).allMatch(segment -> segment.range().end() <= 4 * GIB);
    }

    @Test
    void aKernelBefore205LiesAt1MiB() throws IOException {
        for (int version : new int[] {0x0202, 0x0203, 0x0204}) {
            KexecImage image = builder(Machines.pc(512 * MIB), kernel(version))
                    .initrd(INITRD)
                    .build();
            assertThat(range(image, SegmentRole.KERNEL))
                    .as("three times its code")
                    .isEqualTo(new PhysicalRange(MIB, MIB + 0x6000));
            assertThat(bootParams(image).get(BootParamsField.CODE32_START)).isEqualTo(MIB);
        }
    }

    @Test
    void aRelocatableKernelBefore210LiesAtItsAlignment() throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB), kernel(0x0205).set("kernel_alignment", 0x40_0000))
                .build();
        assertThat(range(image, SegmentRole.KERNEL)).isEqualTo(new PhysicalRange(0x40_0000, 0x40_6000));
    }

    @Test
    void aKernelThatCannotMoveLiesAtItsPreferredAddressOrNowhere() throws IOException {
        BzImageBuilder kernel = kernel(0x020a).set("relocatable_kernel", 0).set("pref_address", 0x123_4000);
        KexecImage image = builder(Machines.pc(512 * MIB), kernel).build();
        assertThat(range(image, SegmentRole.KERNEL)).isEqualTo(new PhysicalRange(0x123_4000, 0x133_4000));
        assertThatThrownBy(() -> builder(Machines.pc(0x130_0000), kernel).build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("no room for kernel, which must lie at [0x1234000, 0x1334000)")
                .hasMessageContaining("[0x1300000, 0x1334000): no memory");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x37f01000",
        "0, 0x38000000",
        "0, 0xffffffff",
        "0, 0xfffffffff000",
        "0, -0x300000",
        "1, 0x38000000",
        "1, 0xfffffffff000"
    })
    void aPreferredAddressThatCannotBeIsRefused(int relocatable, String address) throws IOException {
        long preferred = Long.decode(address) & -0x1000;
        KexecImageBuilder builder = builder(
                Machines.pc(2 * GIB),
                kernel(0x020a).set("relocatable_kernel", relocatable).set("pref_address", preferred));
        assertThatThrownBy(builder::build)
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("of the kernel");
    }

    @Test
    void initrdsObeyTheLimitOfTheVersion() throws IOException {
        Target machine = Machines.pc(2 * GIB);
        assertThat(range(builder(machine, kernel(0x0202)).initrd(INITRD).build(), SegmentRole.INITRD)
                        .end())
                .isLessThanOrEqualTo(0x3800_0000);
        BzImageBuilder limited = kernel(0x0203).set("initrd_addr_max", 0x1fff_ffff);
        KexecImage image = builder(machine, limited).initrd(INITRD).build();
        assertThat(range(image, SegmentRole.INITRD)).isEqualTo(new PhysicalRange(0x1fff_f000, 0x2000_0000));
        assertThat(bootParams(image).get(BootParamsField.RAMDISK_IMAGE)).isEqualTo(0x1fff_f000);
        assertThat(bootParams(image).get(BootParamsField.RAMDISK_SIZE)).isEqualTo(INITRD.size());
        KexecImageBuilder none = builder(machine, kernel(0x0203).set("initrd_addr_max", 0xff_ffff))
                .initrd(INITRD);
        assertThatThrownBy(none::build)
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("initrd_addr_max");
    }

    /** They look at 0x90000, whatever esi says. */
    @ParameterizedTest
    @ValueSource(ints = {0x0200, 0x0201})
    void kernelsBefore202FindTheirCommandLineByTheOldRule(int version) throws IOException {
        KexecImage image = builder(Machines.pc(512 * MIB), kernel(version))
                .commandLine("auto root=301")
                .build();
        BootParams params = bootParams(image);
        assertThat(range(image, SegmentRole.BOOT_PARAMS)).isEqualTo(new PhysicalRange(0x9_0000, 0x9_2000));
        assertThat(params.get(BootParamsField.CL_MAGIC)).isEqualTo(0xa33f);
        assertThat(text(image, params.get(BootParamsField.CL_OFFSET))).isEqualTo("auto root=301");
        assertThat(range(image, SegmentRole.KERNEL).start()).isEqualTo(MIB);

        Target without = Target.builder(
                        Architecture.X86_64, new MemoryMap(List.of(Machines.region(MIB, GIB, RegionType.RAM))))
                .build();
        assertThatThrownBy(() -> builder(without, kernel(version)).build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("no room for boot_params, which must lie at [0x90000, 0x92000)");
    }

    @Test
    void commandLinesBefore206HaveAtMost255Bytes() throws IOException {
        for (int version : new int[] {0x0200, 0x0202, 0x0205}) {
            KexecImageBuilder builder = builder(Machines.pc(512 * MIB), kernel(version));
            assertThat(text(builder.commandLine("x".repeat(255)).build(), 0x1000))
                    .hasSize(255);
            assertThatThrownBy(() -> builder.commandLine("x".repeat(256)).build())
                    .isInstanceOf(ProtocolLimitException.class)
                    .hasMessageContaining("256, at most 255");
        }
    }

    @Test
    void kernelsBefore209GetNoSetupDataAndTheImageSaysWhatIsMissing() throws IOException {
        KexecImage image = builder(manyRegions(), kernel(0x0208)).build();
        assertThat(bootParams(image).get(BootParamsField.SETUP_DATA)).isZero();
        assertThat(bootParams(image).get(BootParamsField.E820_ENTRIES)).isEqualTo(128);
        assertThat(image.remarks())
                .containsExactly("the kernel is told of 128 regions of memory, not of 72 more:"
                        + " boot protocol 2.08 has no room for them");
        assertThat(image.describe()).contains("note: the kernel is told of 128 regions");

        KexecImage newer = builder(manyRegions(), kernel(0x0209)).build();
        assertThat(bootParams(newer).get(BootParamsField.SETUP_DATA)).isBetween(0x3000L, 0x3800_0000L);
        assertThat(newer.remarks()).isEmpty();
        assertThat(builder(Machines.pc(512 * MIB), kernel(0x0208)).build().remarks())
                .isEmpty();
    }

    private static Target manyRegions() {
        List<MemoryRegion> regions = new ArrayList<>();
        for (long i = 0; i < 199; i++) {
            regions.add(Machines.region(0x2000 * i, 0x2000 * i + 0x1000, RegionType.RESERVED));
        }
        regions.add(Machines.region(16 * MIB, 512 * MIB, RegionType.RAM));
        return Target.builder(Architecture.X86_64, new MemoryMap(regions)).build();
    }

    @Test
    void theSameInputsGiveTheSameImage() throws IOException {
        assertThat(builder(Machines.pc(512 * MIB), kernel(0x020f))
                        .initrd(INITRD)
                        .build())
                .isEqualTo(builder(Machines.pc(512 * MIB), kernel(0x020f))
                        .initrd(INITRD)
                        .build());
    }

    @Test
    void theWindowIsKept() throws IOException {
        PhysicalRange window = new PhysicalRange(128 * MIB, 256 * MIB);
        KexecImage image = builder(Machines.pc(512 * MIB), kernel(0x020f))
                .initrd(INITRD)
                .within(window)
                .build();
        assertThat(image.segments()).allMatch(segment -> window.contains(segment.range()));
        assertThatThrownBy(() -> builder(Machines.pc(512 * MIB), kernel(0x0204))
                        .within(window)
                        .build())
                .hasMessageContaining("outside the window");
    }
}

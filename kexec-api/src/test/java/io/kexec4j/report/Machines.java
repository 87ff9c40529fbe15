package io.kexec4j.report;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Machines and images to draw. */
final class Machines {
    private static final Path KERNEL =
            Path.of("../examples/quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage");
    private static final List<RegionType> TYPES = List.of(
            RegionType.RAM,
            RegionType.RAM,
            RegionType.RESERVED,
            RegionType.ACPI_TABLES,
            RegionType.ACPI_NVS,
            RegionType.UNUSABLE,
            RegionType.DRIVER_MANAGED,
            RegionType.ofE820(20));

    private Machines() {}

    /** The one of examples/quickstart. */
    static MemoryMap quickstart() {
        return map(
                region(0x0, 0x9_fc00, RegionType.RAM),
                region(0x9_fc00, 0xa_0000, RegionType.RESERVED),
                region(0xf_0000, 0x10_0000, RegionType.RESERVED),
                region(0x10_0000, 0xbfff_e000L, RegionType.RAM),
                region(0xbfff_e000L, 0xc000_0000L, RegionType.RESERVED),
                region(0xfffc_0000L, 0x1_0000_0000L, RegionType.RESERVED),
                region(0x1_0000_0000L, 0x1_4000_0000L, RegionType.RAM));
    }

    /** In the style of a server with EFI: 24 GiB, and dozens of regions below 4 GiB. */
    static MemoryMap server() {
        List<MemoryRegion> regions = new ArrayList<>(List.of(
                region(0x0, 0x9_f000, RegionType.RAM),
                region(0x9_f000, 0x10_0000, RegionType.RESERVED),
                region(0x10_0000, 0x6fae_9000, RegionType.RAM)));
        long address = 0x6fae_9000;
        for (int i = 0; i < 30; i++) {
            long size = 0x1000L * (1 + i * i * 37 % 900);
            regions.add(region(address, address + size, TYPES.get(1 + i % 4)));
            address += size;
        }
        regions.add(region(address, 0x8000_0000L, RegionType.RAM));
        regions.add(region(0x8000_0000L, 0x9000_0000L, RegionType.RESERVED));
        regions.add(region(0xfe00_0000L, 0xfe01_1000L, RegionType.RESERVED));
        regions.add(region(0xff00_0000L, 0x1_0000_0000L, RegionType.RESERVED));
        regions.add(region(0x1_0000_0000L, 0x6_7000_0000L, RegionType.RAM));
        regions.add(region(0x6_7000_0000L, 0x6_8000_0000L, RegionType.DRIVER_MANAGED));
        return new MemoryMap(regions);
    }

    static MemoryMap random(int seed) {
        Random random = new Random(seed);
        List<MemoryRegion> regions = new ArrayList<>(List.of(region(0, 0x400_0000, RegionType.RAM)));
        long address = 0x400_0000;
        for (int i = random.nextInt(40); i > 0; i--) {
            address += random.nextInt(3) == 0 ? 0x1000L << random.nextInt(24) : 0;
            long size = (0x1000L + 0x1000L * random.nextInt(100)) << random.nextInt(20);
            regions.add(region(address, address + size, TYPES.get(random.nextInt(TYPES.size()))));
            address += size;
        }
        return new MemoryMap(regions);
    }

    private static MemoryMap map(MemoryRegion... regions) {
        return new MemoryMap(List.of(regions));
    }

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    /** Made by hand, so that it stays as it is. */
    static KexecImage byHand() {
        return new KexecImage(
                Architecture.X86_64,
                0x1000,
                0x1_3fff_eb20L,
                List.of(
                        SampleImages.segment(
                                SegmentRole.KERNEL,
                                0x1_3fe0_0000L,
                                0x1_3fe0_c000L,
                                new byte[11264],
                                "as high as possible from pref_address 0x1000000 on, aligned to kernel_alignment 0x200000;"
                                        + " init_size 0xc000"),
                        SampleImages.segment(
                                SegmentRole.INITRD,
                                0x1_3fff_a000L,
                                0x1_3fff_b000L,
                                new byte[24],
                                "as high as possible from 0x1000000 on"),
                        SampleImages.segment(
                                SegmentRole.BOOT_PARAMS,
                                0x1_3fff_b000L,
                                0x1_3fff_d000L,
                                new byte[4196],
                                "as high as possible from 0x3000 on: boot_params, the command line, 1 setup_data"),
                        SampleImages.segment(
                                SegmentRole.PURGATORY,
                                0x1_3fff_d000L,
                                0x1_4000_0000L,
                                new byte[10138],
                                "as high as possible from 0x3000 on; it checks 3 segments")),
                Set.of(),
                List.of("the initrd was made by hand"));
    }

    /** The kernel of examples/quickstart with an initrd and a command line. */
    static KexecImage image(MemoryMap memory, String commandLine) throws IOException {
        return KexecImageBuilder.forTarget(
                        Target.builder(Architecture.X86_64, memory).build())
                .kernel(KERNEL)
                .initrd(Content.of("an initrd of a few bytes".getBytes(StandardCharsets.US_ASCII)))
                .commandLine(commandLine)
                .random(bytes -> {})
                .build();
    }
}

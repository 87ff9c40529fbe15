package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be true of every image, whatever it is made of. Shares nothing with the code that makes it. */
record ImageRules(
        Target target,
        BzImage kernel,
        Optional<Content> initrd,
        String commandLine,
        PhysicalRange window,
        boolean wideEntry) {
    private static final long FOUR_GIB = 1L << 32;

    /** Where a segment must end at the latest, with 4-level page tables. */
    private static final long HIGHEST = (1L << 46) - 0x1000;

    private static final long OLD_BOOT_PARAMS = 0x9_0000;
    private static final int E820_ENTRY = 20;
    private static final int MAX_E820_ENTRIES = 128;

    void assertKeptBy(KexecImage image) throws IOException {
        assertThat(image.segments()).hasSizeBetween(3, KexecImage.MAX_SEGMENTS);
        assertPlaces(image, target, window, wideEntry);
        assertKernel(image);
        assertBootParams(image);
        assertThat(image.describe()).contains("kernel").contains("purgatory");
    }

    /** What holds for every protocol: whole pages of RAM within the window, apart from each other. */
    static void assertPlaces(KexecImage image, Target target, PhysicalRange window, boolean wideEntry) {
        long below = 0;
        for (Segment segment : image.segments()) {
            PhysicalRange range = segment.range();
            assertThat(Long.compareUnsigned(below, range.start()))
                    .as("%s", segment)
                    .isNotPositive();
            below = range.end();
            assertThat((range.start() | range.end()) & (target.pageSize() - 1)).isZero();
            assertThat(window.contains(range)).as("%s in %s", segment, window).isTrue();
            assertThat(segment.content().size()).isLessThanOrEqualTo(range.size());
            assertThat(Long.compareUnsigned(range.end(), wideEntry ? HIGHEST : FOUR_GIB))
                    .isNotPositive();
            assertThat(isRam(target.memoryMap(), range)).as("%s", segment).isTrue();
        }
        assertThat(image.segment(SegmentRole.PURGATORY))
                .hasValueSatisfying(purgatory ->
                        assertThat(purgatory.range().contains(image.entry())).isTrue());
    }

    /** Whether RAM covers a range without a gap; several regions may do so together. */
    private static boolean isRam(MemoryMap map, PhysicalRange range) {
        long covered = range.start();
        for (PhysicalRange ram : map.ram()) {
            if (ram.contains(covered)) {
                covered = ram.end();
            }
        }
        return Long.compareUnsigned(covered, range.end()) >= 0;
    }

    private void assertKernel(KexecImage image) {
        Segment segment = image.segment(SegmentRole.KERNEL).orElseThrow();
        long start = segment.range().start();
        assertThat(segment.content()).isEqualTo(kernel.protectedModeCode());
        assertThat(segment.range().size()).isGreaterThanOrEqualTo(kernel.memorySize());
        if (kernel.header().relocatable()) {
            assertThat(start % kernel.header().kernelAlignment()).isZero();
            assertThat(start).isGreaterThanOrEqualTo(kernel.header().prefAddress());
        } else {
            assertThat(start).isEqualTo(kernel.header().prefAddress());
        }
        if (!kernel.canBeLoadedAbove4G()) {
            assertThat(segment.range().end()).isLessThanOrEqualTo(FOUR_GIB);
        }
    }

    /** Follows the pointers in boot_params as the second kernel would. */
    private void assertBootParams(KexecImage image) throws IOException {
        Segment segment = image.segment(SegmentRole.BOOT_PARAMS).orElseThrow();
        BootParams params = BootParams.parse(segment.content().slice(0, BootParams.SIZE));
        assertCommandLine(segment, params);
        assertInitrd(image, params);
        long size = params.get(BootParamsField.EFI_MEMMAP_SIZE);
        if (size != 0) {
            long map = wide(params, BootParamsField.EFI_MEMMAP, BootParamsField.EFI_MEMMAP_HI);
            assertThat(at(segment, map, size)).hasSize((int) size);
        }
        Map<SetupData.Type, byte[]> nodes = setupData(segment, params);
        boolean knowsSeed = kernel.header().version() >= 0x209
                && kernel.kernelInfo()
                        .map(info -> (info.setupTypeMax() & 0x7fff_ffff) >= 9)
                        .orElse(true);
        assertThat(nodes.containsKey(SetupData.Type.RNG_SEED)).isEqualTo(knowsSeed);
        assertThat(nodes.containsKey(SetupData.Type.EFI)).isEqualTo(size != 0);
        assertMemory(params, Optional.ofNullable(nodes.get(SetupData.Type.E820_EXT)));
    }

    private void assertCommandLine(Segment segment, BootParams params) throws IOException {
        byte[] text = commandLine.getBytes(StandardCharsets.UTF_8);
        long address = wide(params, BootParamsField.CMD_LINE_PTR, BootParamsField.EXT_CMD_LINE_PTR);
        assertThat(at(segment, address, text.length + 1)).isEqualTo(Arrays.copyOf(text, text.length + 1));
        assertThat((long) text.length).isLessThanOrEqualTo(kernel.header().cmdlineSize());
        if (kernel.header().version() < 0x202) {
            assertThat(segment.range().start()).isEqualTo(OLD_BOOT_PARAMS);
            assertThat(params.get(BootParamsField.CL_MAGIC)).isEqualTo(0xa33f);
            assertThat(OLD_BOOT_PARAMS + params.get(BootParamsField.CL_OFFSET)).isEqualTo(address);
        }
    }

    private void assertInitrd(KexecImage image, BootParams params) {
        long address = wide(params, BootParamsField.RAMDISK_IMAGE, BootParamsField.EXT_RAMDISK_IMAGE);
        assertThat(wide(params, BootParamsField.RAMDISK_SIZE, BootParamsField.EXT_RAMDISK_SIZE))
                .isEqualTo(initrd.map(Content::size).orElse(0L));
        initrd.ifPresent(content -> {
            assertThat(image.segment(SegmentRole.INITRD).orElseThrow().range().start())
                    .isEqualTo(address);
            if (!wideEntry || !kernel.canBeLoadedAbove4G()) {
                assertThat(address + content.size() - 1)
                        .isLessThanOrEqualTo(kernel.header().initrdAddrMax());
            }
        });
    }

    private static long wide(BootParams params, BootParamsField low, BootParamsField high) {
        return params.get(high) << 32 | params.get(low);
    }

    /** Fails if they do not lie in the segment. */
    private static byte[] at(Segment segment, long address, long length) throws IOException {
        return segment.content().copy(address - segment.range().start(), Math.toIntExact(length));
    }

    private static Map<SetupData.Type, byte[]> setupData(Segment segment, BootParams params) throws IOException {
        Map<SetupData.Type, byte[]> nodes = new EnumMap<>(SetupData.Type.class);
        long node = params.get(BootParamsField.SETUP_DATA);
        while (node != 0) {
            ByteBuffer header =
                    ByteBuffer.wrap(at(segment, node, SetupData.HEADER_SIZE)).order(ByteOrder.LITTLE_ENDIAN);
            byte[] content = at(segment, node + SetupData.HEADER_SIZE, header.getInt(12));
            SetupData.Type type = Arrays.stream(SetupData.Type.values())
                    .filter(candidate -> candidate.code() == header.getInt(8))
                    .findFirst()
                    .orElseThrow();
            assertThat(nodes.put(type, content)).isNull();
            node = header.getLong(0);
        }
        return nodes;
    }

    /** The e820 table, and what continues it in setup_data if the kernel knows that. */
    private void assertMemory(BootParams params, Optional<byte[]> continuation) {
        List<MemoryRegion> told = new ArrayList<>();
        int count = (int) params.get(BootParamsField.E820_ENTRIES);
        addEntries(Arrays.copyOf(params.bytes(BootParamsField.E820_TABLE), count * E820_ENTRY), told);
        continuation.ifPresent(table -> addEntries(table, told));
        List<MemoryRegion> known = target.memoryMap().regions().stream()
                .filter(region -> !region.type().equals(RegionType.DRIVER_MANAGED))
                .toList();
        if (told.size() < known.size()) {
            assertThat(kernel.header().version() < 0x209 || kernel.kernelInfo().isPresent())
                    .isTrue();
            assertThat(told).isEqualTo(known.subList(0, MAX_E820_ENTRIES));
        } else {
            assertThat(told).isEqualTo(known);
        }
    }

    private static void addEntries(byte[] table, List<MemoryRegion> regions) {
        ByteBuffer entries = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        while (entries.hasRemaining()) {
            PhysicalRange range = PhysicalRange.ofSize(entries.getLong(), entries.getLong());
            regions.add(new MemoryRegion(range, RegionType.ofE820(Integer.toUnsignedLong(entries.getInt()))));
        }
    }
}

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
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Linux64ProtocolTest {
    private static final Content INITRD = Content.of("an initrd".getBytes(StandardCharsets.US_ASCII));

    private static final List<BootParamsField> LOADERS_OWN = List.of(
            BootParamsField.TYPE_OF_LOADER,
            BootParamsField.LOADFLAGS,
            BootParamsField.CMD_LINE_PTR,
            BootParamsField.SETUP_DATA);

    private static final List<BootParamsField> FROM_THE_MACHINE = List.of(
            BootParamsField.EXT_MEM_K,
            BootParamsField.ALT_MEM_K,
            BootParamsField.E820_ENTRIES,
            BootParamsField.E820_TABLE);
    private static final List<BootParamsField> HANDED_ON = List.of(
            BootParamsField.SCREEN_INFO,
            BootParamsField.ACPI_RSDP_ADDR,
            BootParamsField.HARDWARE_SUBARCH,
            BootParamsField.EDD_MBR_SIG_BUFFER,
            BootParamsField.EDDBUF);

    /** {@code cl_magic} and {@code cl_offset} in screen_info are about the command line of the running kernel. */
    private static boolean isOldCommandLine(int offset) {
        return 0x20 <= offset && offset < 0x24;
    }

    private static final List<BootParamsField> COUNTS_OF_DISKS =
            List.of(BootParamsField.EDDBUF_ENTRIES, BootParamsField.EDD_MBR_SIG_BUF_ENTRIES);

    private static boolean isIn(List<BootParamsField> fields, int offset) {
        return fields.stream().anyMatch(field -> field.offset() <= offset && offset < field.offset() + field.size());
    }

    private static KexecImageBuilder builder(Target target) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(TinyKernel.read().kernel())
                .random(bytes -> Arrays.fill(bytes, (byte) 0x5e));
    }

    private static BootParams bootParams(KexecImage image) throws IOException {
        return BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
    }

    private static ByteBuffer at(KexecImage image, long address) {
        Segment segment = image.segments().stream()
                .filter(candidate -> candidate.range().contains(address))
                .findFirst()
                .orElseThrow();
        ByteBuffer bytes = segment.content().slices().get(0).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.position((int) (address - segment.range().start())).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String commandLine(KexecImage image) throws IOException {
        BootParams params = bootParams(image);
        ByteBuffer bytes = at(
                image, params.get(BootParamsField.CMD_LINE_PTR) | params.get(BootParamsField.EXT_CMD_LINE_PTR) << 32);
        StringBuilder text = new StringBuilder();
        for (byte b = bytes.get(); b != 0; b = bytes.get()) {
            text.append((char) b);
        }
        return text.toString();
    }

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
    void onlyTheSetupHeaderIsTakenFromTheKernel() throws IOException {
        byte[] file = TinyKernel.read().array();
        byte[] params = bootParams(builder(Machines.pc(512 * MIB)).build()).toByteArray();
        int end = 0x202 + Byte.toUnsignedInt(file[0x201]);
        for (int offset = 0x1f1; offset < end; offset++) {
            assertThat(isIn(LOADERS_OWN, offset) || params[offset] == file[offset])
                    .as("offset 0x%x", offset)
                    .isTrue();
        }
        for (int offset = 0; offset < BootParams.SIZE; offset++) {
            boolean header = 0x1f1 <= offset && offset < end;
            assertThat(header || isIn(FROM_THE_MACHINE, offset) || params[offset] == 0)
                    .as("offset 0x%x", offset)
                    .isTrue();
        }
        assertThat(params[0x210]).as("type_of_loader").isEqualTo((byte) 0xd0);
        assertThat(params[0x211]).as("loadflags").isZero();
        assertThat(Arrays.copyOfRange(params, 0x218, 0x220))
                .as("ramdisk_image, ramdisk_size")
                .containsOnly(0);
    }

    @Test
    void whatIsTrueOfTheRunningKernelIsHandedOnAndNothingElse() throws IOException {
        byte[] running = new byte[BootParams.SIZE];
        Arrays.fill(running, (byte) 0x77);
        running[0x1e9] = 6; // eddbuf_entries
        running[0x1ea] = 16; // edd_mbr_sig_buf_entries
        MemoryMap map = Machines.pc(512 * MIB).memoryMap();
        BootParams without = bootParams(builder(Machines.pc(512 * MIB)).build());
        BootParams with = bootParams(builder(Target.builder(Architecture.X86_64, map)
                        .bootParams(Content.of(running))
                        .acpiRsdp(0x1234)
                        .build())
                .build());
        for (int offset = 0; offset < BootParams.SIZE; offset++) {
            boolean handedOn = (isIn(HANDED_ON, offset)
                            && !isIn(List.of(BootParamsField.EXT_MEM_K), offset)
                            && !isOldCommandLine(offset))
                    || isIn(COUNTS_OF_DISKS, offset);
            assertThat(with.toByteArray()[offset])
                    .as("offset 0x%x", offset)
                    .isEqualTo(handedOn ? running[offset] : without.toByteArray()[offset]);
        }
        assertThat(with.get(BootParamsField.EXT_MEM_K)).isEqualTo(0xfc00);
        assertThat(with.get(BootParamsField.ALT_MEM_K)).isEqualTo(511 * 1024);
    }

    @Test
    void theRootPointerOfAcpiIsTakenFromEfiWhereTheRunningKernelHasNone() throws IOException {
        Target target = Target.builder(
                        Architecture.X86_64, Machines.pc(512 * MIB).memoryMap())
                .bootParams(Content.of(new byte[BootParams.SIZE]))
                .acpiRsdp(0x7fb7e014L)
                .build();
        assertThat(bootParams(builder(target).build()).get(BootParamsField.ACPI_RSDP_ADDR))
                .isEqualTo(0x7fb7e014L);
    }

    @Test
    void aLongMemoryMapGoesOnInSetupDataBeforeTheSeed() throws IOException {
        Stream<MemoryRegion> small = java.util.stream.IntStream.range(0, 199)
                .mapToObj(i -> Machines.region(0x1000L * 2 * i, 0x1000L * (2 * i + 1), RegionType.RESERVED));
        MemoryMap map =
                new MemoryMap(Stream.concat(small, Stream.of(Machines.region(16 * MIB, 512 * MIB, RegionType.RAM)))
                        .toList());
        KexecImage image =
                builder(Target.builder(Architecture.X86_64, map).build()).build();
        BootParams params = bootParams(image);
        assertThat(params.get(BootParamsField.E820_ENTRIES)).isEqualTo(128);

        ByteBuffer extension = at(image, params.get(BootParamsField.SETUP_DATA));
        assertThat(extension.getInt(8)).as("SETUP_E820_EXT").isEqualTo(1);
        assertThat(extension.getInt(12)).isEqualTo(72 * 20);
        assertThat(extension.getLong(16 + 71 * 20)).as("the RAM is last").isEqualTo(16 * MIB);
        ByteBuffer seed = at(image, extension.getLong(0));
        assertThat(seed.getLong(0)).as("end of the list").isZero();
        assertThat(seed.getInt(8)).as("SETUP_RNG_SEED").isEqualTo(9);
        assertThat(seed.getInt(12)).isEqualTo(32);
        assertThat(seed.get(16)).isEqualTo((byte) 0x5e);
    }

    /** fdt_check_header refuses a tree that begins elsewhere; an entry of the e820 table has 20 bytes. */
    @Test
    void aDeviceTreeBehindALongMemoryMapBeginsAtAMultipleOf8() throws IOException {
        Stream<MemoryRegion> small = java.util.stream.IntStream.range(0, 128)
                .mapToObj(i -> Machines.region(0x1000L * 2 * i, 0x1000L * (2 * i + 1), RegionType.RESERVED));
        MemoryMap map =
                new MemoryMap(Stream.concat(small, Stream.of(Machines.region(16 * MIB, 512 * MIB, RegionType.RAM)))
                        .toList());
        KexecImage image = builder(Target.builder(Architecture.X86_64, map).build())
                .deviceTree(Content.of(new byte[] {1, 2, 3}))
                .build();
        ByteBuffer extension = at(image, bootParams(image).get(BootParamsField.SETUP_DATA));
        assertThat(extension.getInt(12)).as("only what there is").isEqualTo(20);
        long treeNode = extension.getLong(0);
        assertThat(treeNode % 8).isZero();
        ByteBuffer tree = at(image, treeNode);
        assertThat(tree.getInt(8)).as("SETUP_DTB").isEqualTo(2);
        assertThat(tree.getInt(12)).isEqualTo(3);
        assertThat(tree.get(16 + 2)).isEqualTo((byte) 3);
        ByteBuffer seed = at(image, tree.getLong(0));
        assertThat(seed.getInt(8)).as("SETUP_RNG_SEED").isEqualTo(9);
        assertThat(seed.get(16 + 31)).as("all of it is in the segment").isEqualTo((byte) 0x5e);
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

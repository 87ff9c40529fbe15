package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the second kernel is handed in boot_params, and what of the running kernel is in it. */
class Linux64HandOverTest extends Linux64Images {
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
}

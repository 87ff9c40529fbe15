package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.EfiFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RealModeTest {
    private static final Content INITRD = Content.of("an initrd".getBytes(StandardCharsets.US_ASCII));
    private static final Target PC = Machines.pc(512 * MIB);

    private static KexecImageBuilder builder(Target target, KernelFile kernel) {
        return KexecImageBuilder.forTarget(target)
                .kernel(kernel)
                .option(X86Option.REAL_MODE)
                .random(bytes -> Arrays.fill(bytes, (byte) 0x5e));
    }

    private static KernelFile kernel(int version) throws IOException {
        return KernelFile.parse(
                new BzImageBuilder().version(version).set("xloadflags", 0).content());
    }

    private static byte[] bytes(KexecImage image) throws IOException {
        Content content = image.segment(SegmentRole.SETUP_CODE).orElseThrow().content();
        return content.copy(0, (int) content.size());
    }

    private static ByteBuffer setup(KexecImage image) throws IOException {
        return ByteBuffer.wrap(bytes(image)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static PhysicalRange range(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow().range();
    }

    @Test
    void theSetupCodeIsAsABootLoaderLeavesIt() throws IOException {
        KernelFile kernel = TinyKernel.read().kernel();
        KexecImage image = builder(PC, kernel).initrd(INITRD).commandLine("a=b").build();
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0x8a000, 0x8e000)),
                        tuple(SegmentRole.SETUP_CODE, new PhysicalRange(0x8e000, 0x9f000)),
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x1000000, 0x100c000)),
                        tuple(SegmentRole.INITRD, new PhysicalRange(0x1ffff000, 0x20000000)));
        assertThat(image.entry()).isBetween(0x8a000L, 0x8e000L);
        ByteBuffer setup = setup(image);
        byte[] file = TinyKernel.read().array();
        assertThat(Arrays.copyOf(bytes(image), 0x1f1)).isEqualTo(Arrays.copyOf(file, 0x1f1));
        assertThat(Arrays.copyOfRange(bytes(image), 0x26c, 1024)).isEqualTo(Arrays.copyOfRange(file, 0x26c, 1024));
        assertThat(setup.get(0x210)).as("type_of_loader").isEqualTo((byte) 0xd0);
        assertThat(setup.get(0x211)).as("loadflags").isEqualTo((byte) 0x81);
        assertThat(setup.getInt(0x214)).as("code32_start").isEqualTo(0x100_0000);
        assertThat(setup.getInt(0x218)).as("ramdisk_image").isEqualTo(0x1fff_f000);
        assertThat(setup.getInt(0x21c)).as("ramdisk_size").isEqualTo(9);
        assertThat(setup.getShort(0x224)).as("heap_end_ptr").isEqualTo((short) 0xfdfc);
        assertThat(setup.getInt(0x228)).as("cmd_line_ptr").isEqualTo(0x9e000);
        assertThat(new String(bytes(image), 0x10000, 4, StandardCharsets.US_ASCII))
                .isEqualTo("a=b\0");
        int node = (int) setup.getLong(0x250) - 0x8e000;
        assertThat(setup.getInt(node + 8)).as("SETUP_RNG_SEED").isEqualTo(9);
        assertThat(setup.get(node + 16)).isEqualTo((byte) 0x5e);
        assertThat(image.remarks())
                .containsExactly("the second kernel asks the BIOS for its memory map, its screen and its disks");
    }

    @Test
    void aKernelWithoutSetupDataIsHandedNone() throws IOException {
        KexecImage image = builder(PC, kernel(0x0205)).build();
        ByteBuffer setup = setup(image);
        assertThat(setup.getInt(0x214))
                .isEqualTo((int) range(image, SegmentRole.KERNEL).start());
        assertThat(setup.getInt(0x218)).as("no initrd").isZero();
        assertThat(setup.capacity()).isEqualTo(0x10010);
    }

    @Test
    void aKernelThatMustLieAtOneAddressLiesThere() throws IOException {
        KexecImage image = builder(PC, kernel(0x0202)).build();
        assertThat(range(image, SegmentRole.KERNEL).start()).isEqualTo(MIB);
        assertThatThrownBy(() -> builder(PC, kernel(0x0201)).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("boot protocol 2.01");
    }

    @Test
    void withoutABiosItIsRefused() throws IOException {
        KernelFile kernel = TinyKernel.read().kernel();
        Target efi = Target.builder(PC.architecture(), PC.memoryMap())
                .efi(new EfiFacts(
                        OptionalInt.of(64),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of()))
                .build();
        BootParams told = BootParams.builder()
                .put(BootParamsField.EFI_LOADER_SIGNATURE, 0x34364c45)
                .build();
        Target withoutEfi = Target.builder(PC.architecture(), PC.memoryMap())
                .bootParams(Content.of(told.toByteArray()))
                .build();
        for (Target target : List.of(efi, withoutEfi)) {
            assertThatThrownBy(() -> builder(target, kernel).build())
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessageContaining("booted by EFI");
        }
    }

    @Test
    void limitsAreTold() throws IOException {
        KernelFile kernel = TinyKernel.read().kernel();
        assertThatThrownBy(
                        () -> builder(PC, kernel).commandLine("x".repeat(2048)).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("command line");
        assertThatThrownBy(() -> builder(PC, kernel)
                        .within(new PhysicalRange(MIB, 512 * MIB))
                        .build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("setup code");
        assertThatThrownBy(() -> builder(PC, kernel).buildFiles())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("entry in real mode: kexec_file_load cannot do that");
    }

    @ParameterizedTest
    @EnumSource(names = {"REUSE_VIDEO", "REUSE_DEVICE_TREE", "PRESERVE_CONTEXT", "ARGS_ELF"})
    void whatTheBiosTellsCannotBeDecided(X86Option option) throws IOException {
        KernelFile kernel = TinyKernel.read().kernel();
        assertThatThrownBy(() -> builder(PC, kernel).option(option).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageStartingWith(option.label());
    }

    @ParameterizedTest
    @CsvSource({"ENTRY_32BIT, false", "NO_EFI, false", "VGA_CONSOLE, true", "VGA_RESET, true"})
    void whatIsNoContradictionIsTaken(X86Option option, boolean isForThePurgatory) throws IOException {
        KernelFile kernel = TinyKernel.read().kernel();
        KexecImage without = builder(PC, kernel).build();
        KexecImage image = builder(PC, kernel).option(option).build();
        assertThat(bytes(image)).isEqualTo(bytes(without));
        byte[] purgatory = purgatory(image);
        if (isForThePurgatory) {
            assertThat(purgatory).isNotEqualTo(purgatory(without));
        } else {
            assertThat(purgatory).isEqualTo(purgatory(without));
        }
    }

    private static byte[] purgatory(KexecImage image) throws IOException {
        Content content = image.segment(SegmentRole.PURGATORY).orElseThrow().content();
        return content.copy(0, (int) content.size());
    }
}

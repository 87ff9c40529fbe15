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
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElfProtocolTest {
    private static final Content INITRD = Content.of("an initrd".getBytes(StandardCharsets.US_ASCII));
    private static final String BANNER = "...\0Linux version 6.12.0 (a@b)";

    private static KexecImageBuilder builder(Target target, ElfFiles file) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(file.kernel())
                .random(bytes -> Arrays.fill(bytes, (byte) 0x5e));
    }

    private static KexecImageBuilder builder(ElfFiles file) throws IOException {
        return builder(Machines.pc(512 * MIB), file);
    }

    private static BootParams bootParams(KexecImage image) throws IOException {
        return BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
    }

    private static ElfFiles linux() {
        return ElfFiles.of(true)
                .load(0x100_0000, "text", 0x1800)
                .load(0x100_2000, "data", 0x3000)
                .note("Linux", 0x101, "abcd");
    }

    @Test
    void aVmlinuxLiesAtItsPhysicalAddressesAndIsHandedBootParams() throws IOException {
        KexecImage image = builder(linux()).initrd(INITRD).commandLine("a=b").build();
        assertThat(image.segments())
                .extracting(Segment::role, Segment::range)
                .containsExactly(
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x100_0000, 0x100_2000)),
                        tuple(SegmentRole.KERNEL, new PhysicalRange(0x100_2000, 0x100_5000)),
                        tuple(SegmentRole.INITRD, new PhysicalRange(0x1fff_9000, 0x1fff_a000)),
                        tuple(SegmentRole.BOOT_PARAMS, new PhysicalRange(0x1fff_a000, 0x1fff_c000)),
                        tuple(SegmentRole.PURGATORY, new PhysicalRange(0x1fff_c000, 0x2000_0000)));
        assertThat(image.remarks())
                .containsExactly("the ELF file is taken for Linux, since it has a note that says so");
        BootParams params = bootParams(image);
        assertThat(params.get(BootParamsField.TYPE_OF_LOADER)).isEqualTo(0xd0);
        assertThat(params.get(BootParamsField.RAMDISK_IMAGE)).isEqualTo(0x1fff_9000);
        assertThat(params.get(BootParamsField.CMD_LINE_PTR)).isEqualTo(0x1fff_b000);
        assertThat(params.get(BootParamsField.SETUP_DATA)).isNotZero();
        ByteBuffer bytes = ByteBuffer.wrap(params.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(0x202)).as("header").isEqualTo(0x53726448);
        assertThat(bytes.getShort(0x206)).as("version").isEqualTo((short) 0x020f);
        assertThat(bytes.getShort(0x1fe)).as("boot_flag").isEqualTo((short) 0xaa55);
        assertThat(0x202 + bytes.get(0x201)).as("end of the header").isEqualTo(0x26c);
        assertThat(bytes.getInt(0x238)).as("cmdline_size").isEqualTo(2047);
    }

    @Test
    void a32BitLinuxGetsAllInTheMemoryThatItMaps() throws IOException {
        ElfFiles file = ElfFiles.of(false).load(0x10_0000, BANNER, 0x1000);
        KexecImage image = builder(Machines.pc(2 * GIB), file).initrd(INITRD).build();
        assertThat(image.segments()).allMatch(segment -> segment.range().end() <= 0x3800_0000);
        assertThat(image.segment(SegmentRole.PURGATORY).orElseThrow().range().end())
                .isEqualTo(0x3800_0000);
        assertThat(image.remarks())
                .containsExactly("the ELF file is taken for Linux, since it holds \"Linux version\"");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux, 257, '', true",
        "Xen, 6, linux, true",
        "Xen, 6, freebsd, false",
        "Xen, 5, linux, false",
        "GNU, 3, linux, false"
    })
    void notesTellLinux(String name, int type, String content, boolean linux) throws IOException {
        KexecImage image = builder(ElfFiles.of(true)
                        .load(0x10_0000, "Linux version x", 0x1000)
                        .note(name, type, content))
                .build();
        assertThat(image.segment(SegmentRole.BOOT_PARAMS).isPresent()).isEqualTo(linux);
        assertThat(image.segment(SegmentRole.BOOT_INFORMATION).isPresent()).isEqualTo(!linux);
        assertThat(image.remarks()).hasSize(1);
    }

    @Test
    void theUserDecides() throws IOException {
        ElfFiles other = ElfFiles.of(true).load(0x10_0000, "code", 0x1000);
        KexecImage linux = builder(other).option(X86Option.ARGS_LINUX).build();
        assertThat(linux.segment(SegmentRole.BOOT_PARAMS)).isPresent();
        KexecImage notes = builder(linux()).option(X86Option.ARGS_ELF).build();
        assertThat(notes.segment(SegmentRole.BOOT_INFORMATION)).isPresent();
        KexecImage none = builder(linux()).option(X86Option.ARGS_NONE).build();
        assertThat(none.segments())
                .extracting(Segment::role)
                .containsExactly(SegmentRole.KERNEL, SegmentRole.KERNEL, SegmentRole.PURGATORY);
        for (KexecImage image : List.of(linux, notes, none)) {
            assertThat(image.remarks()).isEmpty();
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws IOException {
        ElfFiles other = ElfFiles.of(true).load(0x10_0000, "code", 0x1000);
        assertThatThrownBy(() -> builder(other)
                        .option(X86Option.ARGS_NONE)
                        .option(X86Option.ARGS_LINUX)
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageStartingWith("only one is possible");
        assertThatThrownBy(() -> builder(other).initrd(INITRD).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("an initrd needs boot_params");
        assertThatThrownBy(() -> builder(other)
                        .option(X86Option.ARGS_NONE)
                        .commandLine("a")
                        .build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("a command line cannot be handed over");
        assertThatThrownBy(() -> builder(linux()).option(X86Option.ENTRY_32BIT).build())
                .isInstanceOf(UnsupportedCombinationException.class);
        assertThatThrownBy(() -> builder(linux()).commandLine("x".repeat(2048)).build())
                .isInstanceOf(ProtocolLimitException.class);
    }

    @ParameterizedTest
    @CsvSource({"true, 183", "false, 40", "true, 3", "false, 62"})
    void programsForOtherMachinesAreRefused(boolean wide, int machine) throws IOException {
        KexecImageBuilder builder = builder(ElfFiles.forMachine(wide, machine).load(0x10_0000, "code", 0x1000));
        assertThatThrownBy(builder::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageStartingWith("no boot protocol starts this kernel on x86_64");
    }

    @Test
    void whatIsInTheWayIsNamed() throws IOException {
        KexecImageBuilder builder = builder(ElfFiles.of(true).load(0x9_f000, "code", 0x1000));
        assertThatThrownBy(builder::build)
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessage(
                        "no room for kernel, which must lie at [0x9f000, 0xa0000):\n  [0x9fc00, 0xa0000): Reserved");
    }

    @Test
    void whatIsLinkedForAnyAddressMovesAsAWhole() throws IOException {
        ElfFiles file = ElfFiles.of(true)
                .positionIndependent()
                .load(0x1000, "text", 0x1000)
                .load(0x4000, "data", 0x1000);
        KexecImage image = builder(file).build();
        assertThat(image.segments())
                .extracting(Segment::range)
                .startsWith(new PhysicalRange(0x20_1000, 0x20_2000), new PhysicalRange(0x20_4000, 0x20_5000));
        assertThat(image.segments().get(0).reason()).endsWith("linked for 0x1000");
        KexecImage high = builder(ElfFiles.of(true).positionIndependent().load(0x40_3000, "text", 0x1000))
                .build();
        assertThat(high.segments().get(0).range().start()).isEqualTo(0x40_3000);
        KexecImage down = builder(ElfFiles.of(true).positionIndependent().load(0x7fff_ffff_0000_3000L, "text", 0x1000))
                .build();
        assertThat(down.segments().get(0).range().start()).isEqualTo(0x20_3000);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x4000_0000_0000L, 0x7fff_ffff_ffff_f000L, -0x100_0000})
    void addressesThatNoImageReachesAreRefused(long address) throws IOException {
        KexecImageBuilder builder = builder(ElfFiles.of(true).load(address, "text", 0x1000));
        assertThatThrownBy(builder::build)
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("end of the ELF program");
    }

    @Test
    void moreSegmentsThanAnImageHasAreRefused() throws IOException {
        ElfFiles file = ElfFiles.of(true);
        IntStream.range(0, 15).forEach(i -> file.load(0x10_0000 + i * 0x2000L, "part", 0x1000));
        assertThat(builder(file).option(X86Option.ARGS_NONE).build().segments()).hasSize(16);
        assertThatThrownBy(() -> builder(file).option(X86Option.ARGS_ELF).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessage("segments of an image (KEXEC_SEGMENT_MAX), 15 of them of the ELF file: 17, at most 16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "abc", "abcd", "root=/dev/sda ä"})
    void bootNotesAreAsTheirReadersExpect(String commandLine) throws IOException {
        KexecImage image = builder(ElfFiles.of(false).load(0x10_0000, "code", 0x1000))
                .commandLine(commandLine)
                .build();
        Segment segment = image.segment(SegmentRole.BOOT_INFORMATION).orElseThrow();
        ByteBuffer bytes = segment.content().slices().get(0).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(4096)).as("return address").isZero();
        int argument = bytes.getInt(4096 + 4);
        assertThat(segment.range().contains(argument)).isTrue();
        ByteBuffer notes = bytes.position((int) (argument - segment.range().start()))
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(notes.getInt()).isEqualTo(0x0e1fb007);
        assertThat(notes.getInt()).isEqualTo(notes.limit());
        assertThat(internetChecksum(notes)).isEqualTo(0xffff);
        notes.getShort();
        assertThat(notes.getShort()).as("records").isEqualTo((short) 2);
        assertThat(note(notes, 2)).isEqualTo("kexec4j\0");
        assertThat(note(notes, 4)).isEqualTo(commandLine + "\0");
        assertThat(notes.hasRemaining()).isFalse();
    }

    private static String note(ByteBuffer notes, int type) {
        assertThat(notes.getInt()).as("length of the name").isZero();
        byte[] content = new byte[notes.getInt()];
        assertThat(notes.getInt()).isEqualTo(type);
        notes.get(content).position(notes.position() + 3 & -4);
        return new String(content, StandardCharsets.UTF_8);
    }

    private static int internetChecksum(ByteBuffer bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.limit(); i += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(i));
        }
        return (sum & 0xffff) + (sum >>> 16);
    }
}

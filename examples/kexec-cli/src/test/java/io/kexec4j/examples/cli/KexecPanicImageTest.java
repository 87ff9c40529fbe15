package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images for a panic that the command builds, on a machine of 1 GiB where 256 MiB are reserved. */
class KexecPanicImageTest extends CommandOnAMachine {
    private static final PhysicalRange REGION = new PhysicalRange(0x2000_0000, 0x3000_0000);

    @BeforeEach
    void withAReservation() throws IOException {
        reserve("2fffffff");
        write("proc/sys/kernel/osrelease", "6.12.1\n");
        write("sys/kernel/vmcoreinfo", "0x0000000000345000 1024\n");
        write("sys/devices/system/cpu/possible", "0\n");
        write("sys/devices/system/cpu/present", "0\n");
        write("sys/devices/system/cpu/online", "0\n");
        write("sys/devices/system/cpu/cpu0/crash_notes", "3ec00000\n");
        write("sys/devices/system/cpu/cpu0/crash_notes_size", "368\n");
        write("proc/kallsyms", "ffffffff81000000 T _stext\n");
        Files.write(root.resolve("proc/kcore"), kcore());
    }

    /** The kernel at 16 MiB, and all RAM from PAGE_OFFSET on. */
    private static byte[] kcore() {
        ByteBuffer file = ByteBuffer.allocate(64 + 3 * 56).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x464c_457f).putInt(0x0001_0102).putLong(0);
        file.putShort((short) 4).putShort((short) 62).putInt(1);
        file.putLong(0).putLong(64).putLong(0).putInt(0);
        file.putShort((short) 64).putShort((short) 56).putShort((short) 3);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        load(file, 0xffff_ffff_8100_0000L, 0x100_0000, 0x100_0000);
        load(file, 0xffff_8880_0000_1000L, 0x1000, 0x9f000);
        load(file, 0xffff_8880_0010_0000L, 0x10_0000, 0x3ff0_0000);
        return file.array();
    }

    private static void load(ByteBuffer file, long virtual, long physical, long size) {
        file.putInt(1)
                .putInt(7)
                .putLong(virtual & 0xffff_ffff_ffffL)
                .putLong(virtual)
                .putLong(physical);
        file.putLong(size).putLong(size).putLong(4096);
    }

    private void reserve(String last) throws IOException {
        write("proc/iomem", """
                00001000-0009ffff : System RAM
                00100000-3fffffff : System RAM
                  01000000-01ffffff : Kernel code
                  20000000-%s : Crash kernel
                """.formatted(last));
    }

    private KexecImage load(String... arguments) {
        List<String> all = new ArrayList<>(List.of("-p", KERNEL));
        all.addAll(List.of(arguments));
        assertThat(kexec(all.toArray(String[]::new))).as(err.toString()).isZero();
        assertThat(system.calls).as("no sync, no ifdown").containsExactly("load");
        return Objects.requireNonNull(system.image);
    }

    @Test
    void anImageForAPanicLiesInTheReservedMemory() {
        KexecImage image = load();
        assertThat(image.flags()).containsExactly(KexecFlag.ON_CRASH);
        assertThat(image.segments()).allMatch(segment -> REGION.contains(segment.range()));
        assertThat(image.segment(SegmentRole.ELFCOREHDR)).isPresent();
    }

    @Test
    void theRunningKernelUpdatesItIfItCanAndShall() throws IOException {
        write("sys/kernel/crash_elfcorehdr_size", "462448\n");
        assertThat(load("--hotplug").flags())
                .containsExactlyInAnyOrder(KexecFlag.ON_CRASH, KexecFlag.CRASH_HOTPLUG_SUPPORT);
    }

    @Test
    void ifItCannotThatIsTheOneReason() {
        assertThat(kexec("-p", KERNEL, "--hotplug")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("kexec: ")
                .contains("/sys/kernel/crash_elfcorehdr_size")
                .doesNotContain("Exception");
        assertThat(system.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--pass-memmap-cmdline, true", "--append=one, false"})
    void theMemoryMapCanBeOnTheCommandLine(String option, boolean expected) throws IOException {
        Content params =
                load(option).segment(SegmentRole.BOOT_PARAMS).orElseThrow().content();
        String text = new String(params.copy(0, Math.toIntExact(params.size())), StandardCharsets.ISO_8859_1);
        assertThat(text).contains("elfcorehdr=");
        assertThat(text.contains("memmap=exactmap memmap=")).isEqualTo(expected);
    }

    @Test
    void tooLittleRoomIsToldWithWhatWouldDo() throws IOException {
        reserve("20007fff");
        assertThat(kexec("-p", "-c", KERNEL)).isEqualTo(1);
        assertThat(err.toString())
                .contains("are set apart for a crash kernel: ", " crashkernel=")
                .doesNotContain("--mem-max");
    }

    @ParameterizedTest
    @CsvSource({"--dry-run, elfcorehdr", "--json, elfcorehdr", "-d --dry-run, flags = 0x3e0001"})
    void itIsPrintedAsAnyOther(String options, String expected) {
        List<String> all = new ArrayList<>(List.of("-p", KERNEL, "--target-root=" + root));
        all.addAll(List.of(options.split(" ")));
        assertThat(kexec(all.toArray(String[]::new))).as(err.toString()).isZero();
        assertThat(out.toString() + err).contains(expected);
        assertThat(system.calls).isEmpty();
    }

    @Test
    void itIsWrittenAndLoadedLater() {
        Path file = root.resolve("image");
        assertThat(kexec("-p", "--output=" + file, "--target-root=" + root, "--dry-run", KERNEL))
                .as(err.toString())
                .isZero();
        assertThat(kexec("-p", file.toString())).as(err.toString()).isZero();
        assertThat(system.calls).containsExactly("load");
        assertThat(Objects.requireNonNull(system.image).flags()).containsExactly(KexecFlag.ON_CRASH);
    }

    @Test
    void thereIsNoneWithoutAReservation() throws IOException {
        write("proc/iomem", "00100000-3fffffff : System RAM\n");
        assertThat(kexec("-p", "-c", KERNEL)).isEqualTo(1);
        assertThat(err.toString()).contains("crashkernel=256M");
    }
}

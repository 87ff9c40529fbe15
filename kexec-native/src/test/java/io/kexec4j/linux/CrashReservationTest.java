package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel tells about the memory for a crash kernel, and what becomes of it. */
class CrashReservationTest {
    private static final String SIZE = "sys/kernel/kexec_crash_size";

    @TempDir
    Path root;

    private final RecordingSyscalls syscalls = new RecordingSyscalls();

    private Kexec kexec() {
        return new Kexec(call -> new Kexec.Kernel(LinuxAbi.X86_64, syscalls), root);
    }

    private Machine machine() {
        return new Machine(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {SIZE, "sys/kernel/kexec/crash_size"})
    void itsSizeIsRead(String file) throws IOException {
        assertThatThrownBy(() -> kexec().crashReservation()).hasMessageContaining("mount sysfs");
        machine().file("sys/kernel/notes", "");
        assertThat(kexec().crashReservation()).as("no CONFIG_CRASH_DUMP").isZero();
        machine().file(file, "268435456\n");
        assertThat(kexec().crashReservation()).isEqualTo(0x1000_0000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "0x10", "1 2", "9999999999999999999"})
    void whatIsNoSizeIsNotTakenForOne(String text) {
        machine().file(SIZE, text + "\n");
        assertThatThrownBy(() -> kexec().crashReservation())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must be a number of bytes");
    }

    @Test
    void itIsMadeSmallerByAWrite() throws IOException {
        machine().file(SIZE, "268435456\n");
        syscalls.duringWrite = () -> machine().file(SIZE, "134221824\n"); // rounded up to a page
        assertThat(kexec().shrinkCrashReservation(134_217_729)).isEqualTo(134_221_824);
        assertThat(syscalls.writes).containsExactly(10L);
        assertThat(syscalls.closed).hasSize(1);
        assertThat(syscalls.written).isEqualTo(List.of(root.resolve(SIZE) + " 134217729\n"));
    }

    /** Into a file that no kernel is behind, which the numbers are chosen for: they have as many digits. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theWriteIsARealOne() throws IOException {
        machine().file(SIZE, "268435456\n");
        LinuxAbi abi = LinuxAbi.byName(System.getProperty("os.arch")).orElseThrow();
        Kexec real = new Kexec(call -> new Kexec.Kernel(abi, new JnaSyscalls(abi)), root);
        assertThat(real.shrinkCrashReservation(134_217_728)).isEqualTo(134_217_728);
        assertThat(Files.readString(root.resolve(SIZE))).isEqualTo("134217728\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 268_435_457, Long.MAX_VALUE, Long.MIN_VALUE})
    void itCannotBecomeLarger(long bytes) {
        machine().file(SIZE, "268435456\n");
        assertThatThrownBy(() -> kexec().shrinkCrashReservation(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it has 268435456 bytes, and " + bytes + " are wanted");
        assertThat(syscalls.writes).isEmpty();
    }

    @Test
    void toLeaveItAsItIsIsNoWork() throws IOException {
        machine().file("sys/kernel/notes", "");
        assertThat(kexec().shrinkCrashReservation(0)).isZero();
        machine().file(SIZE, "4096\n");
        assertThat(kexec().shrinkCrashReservation(4096)).isEqualTo(4096);
        assertThat(syscalls.writes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ENOENT | a crash kernel is loaded there; unload it",
                "EINVAL | there is less memory than that by now",
                "EBUSY  | try again in a moment",
                "ENOMEM | has no memory to describe",
                "EACCES | run it as root",
                "EPERM  | run it as root",
                "EROFS  | outside of the container",
                "EIO    | dmesg",
            })
    void aRefusalSaysWhatHelps(Errno errno, String message) {
        machine().file(SIZE, "268435456\n");
        syscalls.writeAnswers.add((long) -errno.shared());
        assertThatThrownBy(() -> kexec().shrinkCrashReservation(0))
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.call()).isEqualTo("write");
                    assertThat(e.errno()).isEqualTo(errno.shared());
                })
                .hasMessageStartingWith(
                        "shrinking the memory reserved for a crash kernel from 268435456 to 0 bytes (write of "
                                + root.resolve(SIZE) + ") was refused with " + errno + ": ")
                .hasMessageContaining(message);
        assertThat(syscalls.closed).hasSize(1);
    }

    @Test
    void aFileThatCannotBeOpenedIsARefusalToo() {
        machine().file(SIZE, "268435456\n");
        syscalls.openAnswer = Errno.EACCES.shared();
        assertThatThrownBy(() -> kexec().shrinkCrashReservation(0))
                .hasMessageContaining("(open of ")
                .hasMessageContaining("EACCES: only root");
        syscalls.openAnswer = 77;
        assertThatThrownBy(() -> kexec().shrinkCrashReservation(0)).hasMessageContaining("error number 77");
        assertThat(syscalls.writes).isEmpty();
        assertThat(syscalls.closed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, none, false, false",
                "1, 1, true, true",
                "1, none, true, false",
                "0, 1, false, true",
                "0, 0, false, false"
            })
    void itIsToldWhoKeepsAnImageTrue(String cpu, String memory, boolean cpus, boolean memories) throws IOException {
        if (cpu != null) {
            machine().file("sys/devices/system/cpu/crash_hotplug", cpu + "\n");
        }
        if (memory != null) {
            machine().file("sys/devices/system/memory/crash_hotplug", memory + "\n");
        }
        assertThat(kexec().crashHotplug()).isEqualTo(new CrashHotplug(cpus, memories));
    }

    @Test
    void anAnswerThatIsNoneIsNotTakenForOne() {
        machine().file("sys/devices/system/cpu/crash_hotplug", "yes\n");
        assertThatThrownBy(() -> kexec().crashHotplug()).isInstanceOf(MalformedInputException.class);
    }
}

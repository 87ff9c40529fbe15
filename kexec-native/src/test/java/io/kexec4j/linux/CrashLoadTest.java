package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loads into the crash slot, where a load that fails costs what is there. */
class CrashLoadTest extends CrashSlotMachine {
    @ParameterizedTest
    @CsvSource({
        "0x30000000, 0x1000000",
        "0x30000000, 0x7ffe000", // two pages are left
        "0x37fff000, 0x1000", // the last page
    })
    void whatLiesInTheUpperRangeIsLoaded(long start, long size) throws IOException {
        goodMachine();
        assertThat(kexec().load(size == 4096 ? one(start) : image(start, size))).isEmpty();
        assertThat(syscalls.loads).hasSize(1);
        assertThat(syscalls.loads.get(0).flags()).isEqualTo(0x3e_0001);
    }

    private static KexecImage one(long start) {
        return new KexecImage(
                Architecture.X86_64,
                4096,
                start,
                List.of(new Segment(
                        SegmentRole.KERNEL, PhysicalRange.ofSize(start, 4096), Content.of(new byte[] {1}), "test")),
                Set.of(KexecFlag.ON_CRASH),
                List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x8000000  | 0x100000  | EADDRNOTAVAIL | the kernel at [0x8000000, 0x80ff000) lies outside",
                "0x2ffff000 | 0x100000  | EADDRNOTAVAIL | the kernel at [0x2ffff000, 0x300fe000) lies outside",
                "0x37f01000 | 0x100000  | EADDRNOTAVAIL | the elfcorehdr at [0x38000000, 0x38001000) lies outside",
                "0x30000000 | 0x7fff000 | ENOMEM        | no room left for the kernel's own control pages",
                "0x30000000 | 0x8000000 | ENOMEM        | no room left for the kernel's own control pages",
            })
    void whatDoesNotFitIsNotTried(long start, long size, Errno errno, String message) {
        goodMachine();
        assertRefused(image(start, size), errno, message);
    }

    @Test
    void theReservationIsThatOfNow() throws IOException {
        KexecImage image = image(REGION, 64 * MIB);
        goodMachine();
        kexec().load(image);
        machine().file("proc/iomem", IOMEM.replace("37ffffff", "33ffefff"));
        assertThatThrownBy(() -> kexec().load(image))
                .hasMessage(
                        "loading a crash image (kexec_load) was not tried, as it would be refused with EADDRNOTAVAIL: the"
                                + " elfcorehdr at [0x33fff000, 0x34000000) lies outside of the memory reserved for a crash"
                                + " kernel, which is [0x30000000, 0x33fff000) now; build the image anew: the reservation is"
                                + " another than it was built for, or has been shrunk; the crash kernel that is loaded stays");
        assertThat(syscalls.loads).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proc/sys/kernel/kexec_load_disabled    | 1                        | EPERM         | kexec_load_disabled is 1",
                "proc/sys/kernel/kexec_load_limit_panic | 0                        | EPERM         | kexec_load_limit_panic is 0",
                "proc/self/status                       | CapEff: 0000000000000000 | EPERM         | lacks the capability",
                "proc/meminfo                           | MemTotal: 2000 kB        | EINVAL        | allows half of its memory, 1024000",
                "sys/kernel/kexec_crash_size            | 0                        | EADDRNOTAVAIL | no memory is reserved",
            })
    void whatTheMachineForbidsIsNotTried(String file, String text, Errno errno, String message) {
        goodMachine().file(file, text + "\n");
        assertRefused(image(REGION, MIB), errno, message);
        assertThatThrownBy(() -> kexec().load(files((int) MIB))).hasMessageContaining(message);
        assertThat(syscalls.others).isEmpty();
    }

    @Test
    void anImageForAnotherKernelIsNotTried() {
        goodMachine().file("proc/self/auxv", auxv(65536));
        assertRefused(image(REGION, MIB), Errno.EADDRNOTAVAIL, "pages of 4096 bytes, and this one has pages of 65536");
        abi = LinuxAbi.AARCH64;
        machine().file("proc/sys/kernel/arch", "aarch64\n");
        assertRefused(image(REGION, MIB), Errno.EINVAL, "another architecture than this machine's, which is aarch64");
        assertThatThrownBy(() -> kexec().load(files(1))).hasMessageContaining("another architecture");
    }

    /** The kernel's compat_kexec_load takes images of 64 bits. */
    @Test
    void aJvmWith32BitsMayLoadForAKernelWith64() throws IOException {
        abi = LinuxAbi.I386;
        goodMachine().file("proc/self/auxv", auxvOf32Bits());
        KexecImage image = new KexecImage(
                Architecture.X86_64,
                4096,
                REGION,
                List.of(new Segment(SegmentRole.KERNEL, PhysicalRange.ofSize(REGION, 4096), Content.EMPTY, "test")),
                Set.of(KexecFlag.ON_CRASH),
                List.of());
        assertThat(CrashState.read(root, 4).pageSize()).hasValue(4096);
        assertThat(new CrashChecks(Attempt.load(image), abi, machine().state(), CrashState.read(root, 4))
                        .ofImage(image))
                .isEmpty();
    }

    private static byte[] auxvOf32Bits() {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putInt(6)
                .putInt(4096)
                .array();
    }

    @Test
    void filesThatAreLargerThanTheReservationAreNotTried() throws IOException {
        goodMachine().file("proc/iomem", "00100000-3fffffff : System RAM\n  30000000-300fffff : Crash kernel\n");
        kexec().load(files((int) MIB));
        assertThatThrownBy(() -> kexec().load(files((int) MIB + 1)))
                .isInstanceOfSatisfying(
                        KexecRefusedException.class, e -> assertThat(e.call()).isEqualTo("kexec_file_load"))
                .hasMessageContaining("at least 1048577 bytes, and the memory reserved for a crash kernel has 1048576");
        assertThat(syscalls.fileLoads).hasSize(1);
    }

    @Test
    void aFileThatHasShrunkIsNoticedBefore() throws IOException {
        goodMachine();
        Path file = Files.write(root.resolve("kernel"), new byte[8192]);
        Content content = Content.ofFile(file);
        KexecImage image = image(REGION, MIB)
                .withSegments(
                        List.of(new Segment(SegmentRole.KERNEL, PhysicalRange.ofSize(REGION, 8192), content, "test")));
        Files.write(file, new byte[1]);
        assertThatThrownBy(() -> kexec().load(image)).isInstanceOf(MalformedInputException.class);
        assertThat(syscalls.loads).isEmpty();
    }

    /** To users without privileges all addresses are zero; powerpc names no reservation; a container may hide all. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00000000-00000000 : System RAM",
                "00100000-3fffffff : System RAM",
                "what is this",
                "''",
            })
    void whatIsNotKnownIsForTheKernelToSay(String iomem) throws IOException {
        goodMachine().file("proc/iomem", iomem + "\n").file("proc/self/auxv", "x");
        kexec().load(image(0x1000_0000, MIB));
        assertThat(syscalls.loads).hasSize(1);
        assertThat(kexec().crashRegion()).isEmpty();
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    @ParameterizedTest
    @CsvSource({"0x30000000, 0x8000000, true", "0x30000000, 0, false", "-1, 2, false", "0, -1, true"})
    void onPowerTheDeviceTreeTellsTheRegion(String start, String size, boolean isOne) throws IOException {
        long from = Long.decode(start);
        long bytes = Long.decode(size);
        Machine machine = goodMachine();
        Files.delete(root.resolve("sys/kernel/kexec_crash_size"));
        machine.file("proc/iomem", "00000000-3fffffff : System RAM\n")
                .file("proc/device-tree/chosen/linux,crashkernel-base", number(from))
                .file("proc/device-tree/chosen/linux,crashkernel-size", number(bytes));
        assertThat(kexec().crashRegion())
                .isEqualTo(isOne ? Optional.of(new PhysicalRange(from, from + bytes)) : Optional.empty());
        machine().file("proc/device-tree/chosen/linux,crashkernel-size", new byte[4]);
        assertThat(kexec().crashRegion()).isEmpty();
    }

    @Test
    void onPowerTheRegionIsKnownWithoutSysfs() {
        machine()
                .file("proc/device-tree/chosen/linux,crashkernel-base", number(0x3000_0000))
                .file("proc/device-tree/chosen/linux,crashkernel-size", number(0x800_0000));
        assertThat(kexec().crashRegion()).contains(new PhysicalRange(0x3000_0000, 0x3800_0000));
    }

    /** The tree stays as it was at boot when the end of the memory is given back. */
    @ParameterizedTest
    @CsvSource({
        "kexec_crash_size, 67108864, 0x34000000",
        "kexec/crash_size, 67108864, 0x34000000",
        "kexec_crash_size, 134217728, 0x38000000",
        "kexec_crash_size, 134217729, 0x38000000",
        "kexec_crash_size, 0, 0",
        "kexec_crash_size, many, 0",
    })
    void onPowerTheRegionEndsWhereItIsGivenBack(String name, String size, String end) throws IOException {
        Machine machine = goodMachine();
        Files.delete(root.resolve("sys/kernel/kexec_crash_size"));
        machine.file("proc/iomem", "00000000-3fffffff : System RAM\n")
                .file("proc/device-tree/chosen/linux,crashkernel-base", number(0x3000_0000))
                .file("proc/device-tree/chosen/linux,crashkernel-size", number(0x800_0000))
                .file("sys/kernel/" + name, size + "\n");
        assertThat(kexec().crashRegion())
                .isEqualTo(
                        end.equals("0")
                                ? Optional.empty()
                                : Optional.of(new PhysicalRange(0x3000_0000, Long.decode(end))));
    }

    @Test
    void theRegionIsTheUpperOne() {
        assertThat(kexec().crashRegion()).isEmpty();
        goodMachine();
        assertThat(kexec().crashRegion()).contains(new PhysicalRange(REGION, 0x3800_0000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "1    | 1    | ; the crash kernel that was loaded before still is",
                "1    | 0    | ; the crash kernel that was loaded before is gone: load one that fits, as a panic starts none now",
                "0    | 0    | ; no crash kernel is loaded, and a panic starts none",
                "none | 0    | ; no crash kernel is loaded, and a panic starts none",
                "0    | 1    | ; a crash kernel is loaded",
                "1    | none | ; whether a crash kernel is loaded now cannot be read (mount sysfs)",
            })
    void aRefusalTellsWhatTheMachineIsLeftWith(String before, String after, String end) throws IOException {
        goodMachine();
        syscalls.answer = Errno.ENOMEM.shared();
        syscalls.fileAnswer = Errno.EBUSY.shared();
        syscalls.duringLoad = () -> setLoaded(after);
        setLoaded(before);
        assertThatThrownBy(() -> kexec().load(image(REGION, MIB)))
                .hasMessageStartingWith(
                        "loading a crash image (kexec_load) was refused with ENOMEM: the memory reserved")
                .hasMessageEndingWith(end);
        setLoaded(before);
        assertThatThrownBy(() -> kexec().load(files(1)))
                .hasMessageStartingWith("loading a crash kernel (kexec_file_load) was refused with EBUSY: ")
                .hasMessageEndingWith(end);
    }

    private void setLoaded(String text) {
        try {
            Files.deleteIfExists(root.resolve(LOADED));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (text != null) {
            machine().file(LOADED, text + "\n");
        }
    }

    @Test
    void theStateIsToldUnderItsNewNameToo() throws IOException {
        goodMachine().file("sys/kernel/kexec/crash_loaded", "1\n");
        Files.delete(root.resolve(LOADED));
        syscalls.answer = Errno.ENOMEM.shared();
        assertThatThrownBy(() -> kexec().load(image(REGION, MIB))).hasMessageEndingWith("loaded before still is");
    }

    @Test
    void whereThereIsNoRoomTheOtherCallIsNotTried() {
        goodMachine();
        for (ImageSlot slot : ImageSlot.values()) {
            KexecFiles files = slot == ImageSlot.CRASH ? files(1) : files(1).withFlags(Set.of());
            LoadPlan plan = new LoadPlan(
                    LoadMode.AUTO,
                    slot,
                    LoadForm.madeBy(() -> {
                        throw new NoMemoryHoleException("the initrd", List.of());
                    }),
                    LoadForm.of(files));
            if (slot == ImageSlot.CRASH) {
                assertThatThrownBy(() -> kexec().load(plan)).isInstanceOf(NoMemoryHoleException.class);
                assertThat(syscalls.others).isEmpty();
            } else {
                assertThatCode(() -> kexec().load(plan)).doesNotThrowAnyException();
                assertThat(syscalls.others).containsExactly("kexec_file_load");
            }
            syscalls.others.clear();
        }
    }

    @Test
    void withoutAReservationNeitherCallIsTried() {
        goodMachine().file("sys/kernel/kexec_crash_size", "0\n");
        assertThatThrownBy(() -> kexec().load(new LoadPlan(
                        LoadMode.AUTO,
                        ImageSlot.CRASH,
                        LoadForm.impossible("there is no image"),
                        LoadForm.of(files(1)))))
                .isInstanceOf(KexecRefusedException.class)
                .hasMessageContaining("no memory is reserved for a crash kernel; boot with crashkernel=")
                .hasNoSuppressedExceptions();
        assertThat(syscalls.others).isEmpty();
    }

    private void assertRefused(KexecImage image, Errno errno, String message) {
        assertThatThrownBy(() -> kexec().load(image))
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.errno()).isEqualTo(errno.number(abi));
                    assertThat(e.call()).isEqualTo("kexec_load");
                })
                .hasMessageStartingWith(
                        "loading a crash image (kexec_load) was not tried, as it would be refused with " + errno)
                .hasMessageContaining(message)
                .hasMessageEndingWith("; the crash kernel that is loaded stays");
        assertThat(syscalls.loads).isEmpty();
    }
}

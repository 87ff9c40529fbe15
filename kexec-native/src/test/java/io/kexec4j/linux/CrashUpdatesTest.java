package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who keeps a crash image true when CPUs and memory come and go, as it is agreed with the kernel. */
class CrashUpdatesTest extends CrashSlotMachine {
    /** What kernels know: nothing before 6.6, 0x4 before 6.10, then both. The last column is what was called. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6.1.0   | no  | 0x3 | true  | BY_RELOAD | 0x1",
                "6.1.0   | no  | 0x3 | false | BY_RELOAD | 0x1",
                "6.6.0   | yes | 0x7 | true  | IN_PLACE  | 0x5",
                "6.6.0   | yes | 0x7 | false | BY_RELOAD | 0x1",
                "6.12.0  | yes | 0xf | true  | IN_PLACE  | 0x9",
                "6.12.0  | no  | 0xf | true  | BY_RELOAD | 0x1",
                "6.12.0  | yes | 0xf | false | BY_RELOAD | 0x1",
                "custom  | yes | 0x7 | true  | IN_PLACE  | 0x9 0x5",
                "custom  | yes | 0x3 | true  | BY_RELOAD | 0x9 0x5 0x1",
                "custom  | yes | 0xf | true  | IN_PLACE  | 0x9",
                "5.14.0  | yes | 0x7 | true  | IN_PLACE  | 0x9 0x5",
                "5.14.0  | yes | 0xf | true  | IN_PLACE  | 0x9",
            })
    void theFlagIsAgreedWithTheKernel(
            String release, String file, long known, boolean wanted, CrashUpdates updates, String calls)
            throws IOException {
        goodMachine().file("proc/sys/kernel/osrelease", release + "\n");
        if (file.equals("yes")) {
            machine().file("sys/kernel/crash_elfcorehdr_size", "917616\n");
        }
        syscalls.loadFlags = known;
        KexecImage image = wanted ? image(REGION, MIB, KexecFlag.CRASH_HOTPLUG_SUPPORT) : image(REGION, MIB);
        LoadReport report = kexec().load(new LoadPlan(
                LoadMode.KEXEC_LOAD, ImageSlot.CRASH, LoadForm.of(image), LoadForm.impossible("not needed")));
        List<String> called = new ArrayList<>();
        syscalls.loads.forEach(load -> called.add("0x%x".formatted(load.flags() & 0xffff)));
        assertThat(String.join(" ", called)).isEqualTo(calls);
        assertThat(report.updates()).isEqualTo(updates);
        if (wanted && updates == CrashUpdates.BY_RELOAD) {
            assertThat(report.remarks()).singleElement().asString().contains("build and load it anew");
        } else {
            assertThat(report.remarks()).isEmpty();
        }
    }

    @Test
    void theOldFlagIsTheSameWish() throws IOException {
        goodMachine().file("sys/kernel/crash_elfcorehdr_size", "917616\n");
        kexec().load(image(REGION, MIB, KexecFlag.UPDATE_ELFCOREHDR));
        assertThat(syscalls.loads.get(0).flags()).isEqualTo(0x3e_0009);
    }

    /** Each call counts, also one with a flag that is unknown. */
    @Test
    void nothingIsTriedAgainIfThatWasTheLastCall() {
        goodMachine()
                .file("sys/kernel/crash_elfcorehdr_size", "917616\n")
                .file("proc/sys/kernel/osrelease", "custom\n");
        machine().file("proc/sys/kernel/kexec_load_limit_panic", "1\n");
        syscalls.answer = Errno.EINVAL.shared();
        syscalls.duringLoad = () -> machine().file("proc/sys/kernel/kexec_load_limit_panic", "0\n");
        assertThatThrownBy(() -> kexec().load(image(REGION, MIB, KexecFlag.CRASH_HOTPLUG_SUPPORT)))
                .hasMessageContaining("EINVAL");
        assertThat(syscalls.loads).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"true, IN_PLACE", "false, BY_RELOAD"})
    void whatTheKernelBuildsItselfItUpdatesIfItCan(boolean able, CrashUpdates updates) throws IOException {
        goodMachine();
        if (able) {
            machine().file("sys/kernel/crash_elfcorehdr_size", "917616\n");
        }
        LoadReport report = kexec().load(new LoadPlan(
                LoadMode.KEXEC_FILE_LOAD, ImageSlot.CRASH, LoadForm.impossible("not needed"), LoadForm.of(files(1))));
        assertThat(report.updates()).isEqualTo(updates);
        assertThat(syscalls.fileLoads)
                .singleElement()
                .satisfies(load -> assertThat(load.flags()).isEqualTo(0x6));
    }
}

package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
    private static final int X86 = 62;
    private static final Attempt LOAD = load(ImageSlot.NORMAL, X86, 1 << 20);
    private static final Attempt LOAD_CRASH = load(ImageSlot.CRASH, X86, 1 << 20);
    private static final Attempt UNLOAD = Attempt.unload(ImageSlot.CRASH);
    private static final Attempt EXECUTE = Attempt.execute();
    private static final String FULL = "CapEff:\t000001ffffffffff\nSeccomp:\t0\n";

    @TempDir
    Path root;

    private static Attempt load(ImageSlot slot, int arch, long memory) {
        return new Attempt("kexec_load", "loading", slot, OptionalInt.of(arch), memory);
    }

    private static Attempt attempt(String name) {
        return switch (name) {
            case "load" -> LOAD;
            case "crash" -> LOAD_CRASH;
            case "unload" -> UNLOAD;
            default -> EXECUTE;
        };
    }

    private static String explain(Attempt attempt, Errno errno, KernelState state) {
        return Refusal.of(attempt, Optional.of(errno), LinuxAbi.X86_64, state).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "load,    EPERM,         kexec_load_limit_reboot",
        "crash,   EPERM,         kexec_load_limit_panic",
        "unload,  EPERM,         kexec_load_limit_panic",
        "execute, EPERM,         CAP_SYS_BOOT",
        "load,    EACCES,        Secure Boot",
        "unload,  EACCES,        Secure Boot",
        "load,    EINVAL,        a flag is unknown",
        "unload,  EINVAL,        does not know the crash slot",
        "execute, EINVAL,        no normal image is loaded",
        "load,    EADDRNOTAVAIL, page size",
        "crash,   EADDRNOTAVAIL, reserved for a crash kernel",
        "load,    EBUSY,         try again",
        "crash,   EBUSY,         try again",
        "execute, EBUSY,         try again",
        "load,    ENOMEM,        1048576 bytes",
        "crash,   ENOMEM,        crashkernel=",
        "load,    EFAULT,        has become shorter",
        "load,    ETXTBSY,       TCE table",
        "load,    ENOSYS,        CONFIG_KEXEC",
        "unload,  ENOSYS,        CONFIG_KEXEC",
        "execute, ENOSYS,        sandbox",
        "load,    EIO,           dmesg",
        "execute, EIO,           live update",
        "execute, ENOMEM,        live update",
    })
    void explainsANumberForTheCallThatGotIt(String call, Errno errno, String expected) {
        assertThat(explain(attempt(call), errno, KernelState.UNKNOWN)).contains(expected);
    }

    @ParameterizedTest
    @EnumSource
    void explainsEveryNumberOfEveryCallAsOneSentenceWithACure(Errno errno) {
        for (String call : new String[] {"load", "crash", "unload", "execute"}) {
            Refusal refusal = Refusal.of(attempt(call), Optional.of(errno), LinuxAbi.AARCH64, KernelState.UNKNOWN);
            assertThat(refusal.meaning()).isNotBlank().doesNotContain(".\n").doesNotEndWith(".");
            assertThat(refusal.cure()).isNotBlank().doesNotEndWith(".");
        }
    }

    @Test
    void namesTheOneReasonForEpermInTheOrderOfTheKernelsChecks() throws IOException {
        write("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
        Files.createDirectories(root.resolve("proc/self/ns"));
        write("proc/self/status", FULL);
        assertThat(explain(LOAD, Errno.EPERM, state())).contains("lockdown (integrity)", "kexec_file_load");
        write("proc/sys/kernel/kexec_load_limit_panic", "0\n");
        write("proc/sys/kernel/kexec_load_limit_reboot", "-1\n");
        assertThat(explain(LOAD, Errno.EPERM, state())).contains("lockdown");
        assertThat(explain(LOAD_CRASH, Errno.EPERM, state())).contains("kexec_load_limit_panic is 0");
        write("proc/sys/kernel/kexec_load_disabled", "1\n");
        assertThat(explain(LOAD, Errno.EPERM, state())).contains("kernel.kexec_load_disabled is 1; boot");
        Files.createSymbolicLink(root.resolve("proc/self/ns/user"), Path.of("user:[4026532000]"));
        assertThat(explain(LOAD, Errno.EPERM, state())).contains("user namespace");
        write("proc/self/status", "CapEff:\t00000000a80425fb\nSeccomp:\t2\n");
        assertThat(explain(LOAD, Errno.EPERM, state())).contains("lacks the capability CAP_SYS_BOOT");
        assertThat(explain(EXECUTE, Errno.EPERM, state())).contains("lacks the capability CAP_SYS_BOOT");
    }

    @Test
    void suspectsSeccompOnlyIfThereIsAFilter() throws IOException {
        write("proc/self/status", FULL);
        assertThat(explain(LOAD, Errno.EPERM, state())).doesNotContain("seccomp");
        write("proc/self/status", FULL.replace("Seccomp:\t0", "Seccomp:\t2"));
        assertThat(explain(LOAD, Errno.EPERM, state())).contains("seccomp");
        assertThat(explain(EXECUTE, Errno.EPERM, state())).contains("seccomp");
    }

    @Test
    void namesTheOneReasonForEinvalWhereItCan() throws IOException {
        write("proc/meminfo", "MemTotal:        1024 kB\nMemFree: 1 kB\n");
        assertThat(explain(LOAD, Errno.EINVAL, state())).contains("1048576 bytes", "524288");
        assertThat(explain(load(ImageSlot.NORMAL, 183, 1), Errno.EINVAL, state()))
                .contains("another architecture");
        write("sys/kernel/kexec_loaded", "0\n");
        assertThat(explain(EXECUTE, Errno.EINVAL, state())).isEqualTo("no normal image is loaded; load one first");
        Files.createDirectories(root.resolve("proc/self/ns"));
        Files.createSymbolicLink(root.resolve("proc/self/ns/pid"), Path.of("pid:[4026532000]"));
        assertThat(explain(EXECUTE, Errno.EINVAL, state())).contains("PID namespace");
    }

    @Test
    void saysThatNothingIsReservedForACrashKernel() throws IOException {
        write("sys/kernel/kexec_crash_size", "0\n");
        assertThat(explain(LOAD_CRASH, Errno.EADDRNOTAVAIL, state())).contains("no memory is reserved");
        write("sys/kernel/kexec_crash_size", "268435456\n");
        assertThat(explain(LOAD_CRASH, Errno.EADDRNOTAVAIL, state())).contains("/proc/iomem");
    }

    @Test
    void readsNothingIntoFilesThatMakeNoSense() throws IOException {
        write("proc/self/status", "CapEff:\nSeccomp:\n");
        write("proc/sys/kernel/kexec_load_disabled", "");
        write("sys/kernel/kexec_crash_size", "99999999999999999999999");
        Files.createDirectories(root.resolve("proc/meminfo"));
        assertThat(state().capSysBoot()).isEmpty();
        assertThat(state().loadDisabled()).isEmpty();
        assertThat(state().totalMemory()).isEmpty();
    }

    @Test
    void knowsThatNumbersDifferBetweenArchitectures() {
        assertThat(Errno.of(38, LinuxAbi.X86_64)).contains(Errno.ENOSYS);
        assertThat(Errno.of(89, LinuxAbi.MIPS64)).contains(Errno.ENOSYS);
        assertThat(Errno.of(228, LinuxAbi.PARISC)).contains(Errno.EADDRNOTAVAIL);
        assertThat(Errno.of(38, LinuxAbi.MIPS)).isEmpty();
    }

    private KernelState state() {
        return KernelState.read(root);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

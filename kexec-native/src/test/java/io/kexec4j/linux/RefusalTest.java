package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalTest {
    private static final int X86 = 62;
    private static final Attempt LOAD = load(ImageSlot.NORMAL, X86, 1 << 20);
    private static final Attempt LOAD_CRASH = load(ImageSlot.CRASH, X86, 1 << 20);
    private static final Attempt UNLOAD = Attempt.unload(ImageSlot.CRASH, LoadCall.KEXEC_LOAD);
    private static final Attempt FILES = files(ImageSlot.NORMAL);
    private static final Attempt FILES_CRASH = files(ImageSlot.CRASH);
    private static final Attempt UNLOAD_FILES = Attempt.unload(ImageSlot.CRASH, LoadCall.KEXEC_FILE_LOAD);
    private static final Attempt EXECUTE = Attempt.execute();
    private static final String FULL = "CapEff:\t000001ffffffffff\nSeccomp:\t0\n";

    @TempDir
    Path root;

    private static Attempt load(ImageSlot slot, int arch, long memory) {
        return new Attempt("kexec_load", "loading", slot, OptionalInt.of(arch), memory, Set.of(), Set.of());
    }

    private static Attempt files(ImageSlot slot, KexecFileFlag... flags) {
        return new Attempt("kexec_file_load", "loading", slot, OptionalInt.of(X86), 1 << 20, Set.of(), Set.of(flags));
    }

    private static Attempt attempt(String name) {
        return switch (name) {
            case "load" -> LOAD;
            case "crash" -> LOAD_CRASH;
            case "unload" -> UNLOAD;
            case "files" -> FILES;
            case "fcrash" -> FILES_CRASH;
            case "funload" -> UNLOAD_FILES;
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
        "files,   EPERM,         kexec_load_limit_reboot",
        "files,   EBUSY,         try again",
        "files,   EINVAL,        does not start kernel files of this format",
        "funload, EINVAL,        does not know the crash slot",
        "files,   ENOEXEC,       bzImage for 64 bits",
        "files,   EOPNOTSUPP,    kexec_load",
        "files,   EADDRNOTAVAIL, found no room",
        "fcrash,  EADDRNOTAVAIL, crashkernel=",
        "files,   ENOMEM,        1048576 bytes",
        "fcrash,  ENOMEM,        crashkernel=",
        "files,   ETXTBSY,       open for writing",
        "files,   EFBIG,         4 GiB",
        "files,   EACCES,        IMA",
        "files,   EFAULT,        disk fails",
        "files,   EIO,           disk fails",
        "files,   ENOSYS,        CONFIG_KEXEC_FILE",
        "funload, ENOSYS,        CONFIG_KEXEC_FILE",
        "files,   ENODATA,       has no signature",
        "files,   EKEYREJECTED,  does not fit its content",
        "files,   ENOKEY,        does not trust",
        "files,   ENOPKG,        method",
        "files,   EBADMSG,       malformed",
        "files,   ELIBBAD,       malformed",
        "files,   EBADF,         no answer that kexec_file_load is known to give",
    })
    void explainsANumberForTheCallThatGotIt(String call, Errno errno, String expected) {
        assertThat(explain(attempt(call), errno, KernelState.UNKNOWN)).contains(expected);
    }

    @ParameterizedTest
    @EnumSource
    void explainsEveryNumberOfEveryCallAsOneSentenceWithACure(Errno errno) {
        for (String call : new String[] {"load", "crash", "unload", "files", "fcrash", "funload", "execute"}) {
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
    void suspectsOnlyWhatIsNotKnownToBeInOrder() throws IOException {
        assertThat(explain(LOAD, Errno.EPERM, state()))
                .startsWith(
                        "the process lacks CAP_SYS_BOOT, or kernel.kexec_load_disabled is 1, or kernel.kexec_load_limit_reboot"
                                + " is 0, or kernel lockdown forbids");
        write("proc/self/status", FULL);
        write("proc/sys/kernel/kexec_load_disabled", "0\n");
        assertThat(explain(LOAD, Errno.EPERM, state()))
                .startsWith("kernel lockdown forbids images")
                .contains("securityfs");
        assertThat(explain(FILES, Errno.EPERM, state()))
                .startsWith("kernel lockdown demands a signature")
                .contains("signed it");
        write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
        assertThat(explain(LOAD, Errno.EPERM, state())).startsWith("a security module forbids it;");
    }

    @Test
    void explainsFilesByTheStateOfTheKernel() throws IOException {
        write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
        assertThat(explain(FILES, Errno.EPERM, state()))
                .contains("lockdown (confidentiality) demands a signature")
                .doesNotContain("kexec_file_load");
        write("proc/cmdline", "kho=on\n");
        assertThat(explain(FILES, Errno.EADDRNOTAVAIL, state())).contains("kho_scratch=");
        write("sys/kernel/kexec_crash_size", "0\n");
        assertThat(explain(FILES_CRASH, Errno.EADDRNOTAVAIL, state())).contains("no memory is reserved");
        write("proc/meminfo", "MemTotal:        1024 kB\n");
        assertThat(explain(FILES, Errno.EINVAL, state())).contains("524288");
    }

    @Test
    void namesTheConfigurationThatAKernelLacksToBeJumpedBackTo() {
        Attempt attempt = new Attempt(
                "kexec_load",
                "loading",
                ImageSlot.NORMAL,
                OptionalInt.of(X86),
                1,
                Set.of(KexecFlag.PRESERVE_CONTEXT),
                Set.of());
        assertThat(explain(attempt, Errno.EINVAL, KernelState.UNKNOWN)).contains("without CONFIG_KEXEC_JUMP");
        assertThat(explain(LOAD, Errno.EINVAL, KernelState.UNKNOWN)).doesNotContain("CONFIG_KEXEC_JUMP");
    }

    @Test
    void whatIsKeptIsMadeSmallerByTheWindow() throws IOException {
        write("proc/meminfo", "MemTotal:        1024 kB\n");
        Attempt attempt = new Attempt(
                "kexec_load",
                "loading",
                ImageSlot.NORMAL,
                OptionalInt.of(X86),
                1 << 20,
                Set.of(KexecFlag.PRESERVE_CONTEXT),
                Set.of());
        assertThat(explain(attempt, Errno.EINVAL, state()))
                .contains("524288", "--mem-max")
                .doesNotContain("initrd");
        assertThat(explain(LOAD, Errno.EINVAL, state()))
                .contains("524288", "initrd")
                .doesNotContain("--mem-max");
    }

    @Test
    void namesTheFlagThatTheKernelDoesNotKnow() throws IOException {
        Attempt attempt = files(ImageSlot.CRASH, KexecFileFlag.ON_CRASH, KexecFileFlag.FORCE_DTB, KexecFileFlag.NO_CMA);
        assertThat(explain(attempt, Errno.EINVAL, KernelState.UNKNOWN))
                .contains("or it does not know NO_CMA or FORCE_DTB");
        write("proc/sys/kernel/osrelease", "6.12.1-amd64\n");
        assertThat(explain(attempt, Errno.EINVAL, state()))
                .isEqualTo("Linux has the flag NO_CMA since 6.17, and this is 6.12; leave it out");
        write("proc/sys/kernel/osrelease", "6.17.0\n");
        assertThat(explain(attempt, Errno.EINVAL, state())).contains("FORCE_DTB since 6.18");
        write("proc/sys/kernel/osrelease", "6.18.0\n");
        assertThat(explain(attempt, Errno.EINVAL, state())).contains("format");
    }

    @Test
    void explainsFilesByTheArchitecture() {
        assertThat(Refusal.of(FILES, Optional.of(Errno.ENOSYS), LinuxAbi.ARM, KernelState.UNKNOWN)
                        .meaning())
                .isEqualTo("Linux has no kexec_file_load on arm");
        Attempt power =
                new Attempt("kexec_file_load", "loading", ImageSlot.NORMAL, OptionalInt.of(21), 1, Set.of(), Set.of());
        assertThat(Refusal.of(power, Optional.of(Errno.ETXTBSY), LinuxAbi.PPC64, KernelState.UNKNOWN)
                        .meaning())
                .contains("open for writing", "during the switch");
        assertThat(Refusal.of(power, Optional.of(Errno.EINVAL), LinuxAbi.PPC64, KernelState.UNKNOWN)
                        .cure())
                .contains("uncompressed");
        assertThat(Refusal.of(power, Optional.of(Errno.EINVAL), LinuxAbi.X86_64, KernelState.UNKNOWN)
                        .meaning())
                .contains("another architecture");
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
        assertThat(Errno.of(227, LinuxAbi.PARISC)).contains(Errno.EADDRNOTAVAIL);
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

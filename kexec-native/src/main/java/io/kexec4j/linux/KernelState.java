package io.kexec4j.linux;

import io.kexec4j.target.KernelRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel tells about itself and this process that explains a refusal. Each fact is empty if it cannot be read: kernels
 * lack files, and containers hide them.
 *
 * @param capSysBoot whether this process has CAP_SYS_BOOT, in its own user namespace
 * @param initialUserNamespace whether that namespace is the machine's
 * @param initialPidNamespace whether the process is in the machine's PID namespace
 * @param seccomp whether a seccomp filter is set on this process
 * @param loadDisabled kernel.kexec_load_disabled
 * @param loadLimitReboot kernel.kexec_load_limit_reboot: how many calls for the normal slot are left, -1 for any number
 * @param loadLimitPanic kernel.kexec_load_limit_panic: the same for the crash slot
 * @param lockdown the mode of kernel lockdown: none, integrity or confidentiality
 * @param normalLoaded whether the normal slot holds an image
 * @param crashSize bytes that are reserved for a crash kernel
 * @param totalMemory bytes of RAM that the kernel manages
 * @param release which Linux it is
 * @param policy what decides which of the two calls it takes
 */
record KernelState(
        Optional<Boolean> capSysBoot,
        Optional<Boolean> initialUserNamespace,
        Optional<Boolean> initialPidNamespace,
        Optional<Boolean> seccomp,
        Optional<Boolean> loadDisabled,
        OptionalLong loadLimitReboot,
        OptionalLong loadLimitPanic,
        Optional<String> lockdown,
        Optional<Boolean> normalLoaded,
        OptionalLong crashSize,
        OptionalLong totalMemory,
        Optional<KernelRelease> release,
        KernelPolicy policy) {
    /** Nothing is known. */
    static final KernelState UNKNOWN = read(Path.of("/nonexistent"));

    private static final int CAP_SYS_BOOT = 22;
    private static final int KIB = 1024;
    private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*(\\p{XDigit}{16})$");
    private static final Pattern SECCOMP = Pattern.compile("(?m)^Seccomp:\\s*(\\d)$");
    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s*(\\d{1,12}) kB$");
    private static final Pattern ACTIVE = Pattern.compile("\\[(\\w+)]");
    private static final Pattern WORD = Pattern.compile("(\\S{1,64})");
    private static final Pattern NUMBER = Pattern.compile("(-?\\d{1,18})");

    /** From include/linux/proc_ns.h: PROC_USER_INIT_INO and PROC_PID_INIT_INO. */
    private static final String INITIAL_USER_NAMESPACE = "user:[4026531837]";

    private static final String INITIAL_PID_NAMESPACE = "pid:[4026531836]";

    /**
     * Reads what there is.
     *
     * @param root / or a directory with a copy of its files
     */
    static KernelState read(Path root) {
        Path sysctl = root.resolve("proc/sys/kernel");
        Path self = root.resolve("proc/self");
        Path sys = root.resolve("sys/kernel");
        Optional<String> release = word(sysctl.resolve("osrelease"));
        OptionalLong loaded = number(sys.resolve("kexec_loaded"));
        return new KernelState(
                find(self.resolve("status"), CAPABILITIES)
                        .map(hex -> (Long.parseUnsignedLong(hex, 16) >>> CAP_SYS_BOOT & 1) != 0),
                link(self.resolve("ns/user")).map(INITIAL_USER_NAMESPACE::equals),
                link(self.resolve("ns/pid")).map(INITIAL_PID_NAMESPACE::equals),
                find(self.resolve("status"), SECCOMP).map(mode -> !mode.equals("0")),
                flag(number(sysctl.resolve("kexec_load_disabled"))),
                number(sysctl.resolve("kexec_load_limit_reboot")),
                number(sysctl.resolve("kexec_load_limit_panic")),
                find(sys.resolve("security/lockdown"), ACTIVE),
                flag(loaded.isPresent() ? loaded : number(sys.resolve("kexec/loaded"))),
                number(sys.resolve("kexec_crash_size")),
                find(root.resolve("proc/meminfo"), TOTAL).stream()
                        .mapToLong(kib -> Long.parseLong(kib) * KIB)
                        .findFirst(),
                release.flatMap(KernelRelease::parse),
                KernelPolicy.read(root, release));
    }

    /**
     * Why this kernel would refuse kexec_load although the caller has the privilege, as a clause. In the order of the kernel's
     * checks (kernel_load_data, then lockdown), but the surer fact first.
     */
    Optional<String> forbidsImages() {
        Optional<String> mode = lockdown.filter(name -> !name.equals("none"));
        if (mode.isPresent()) {
            return Optional.of("kernel lockdown (%s) forbids kexec_load".formatted(mode.get()));
        }
        if (policy.imaAppraisal().orElse(false)) {
            return Optional.of("IMA appraisal demands a signature, which kexec_load cannot show");
        }
        return policy.secureBoot().orElse(false) && policy.signatures().orElse(true)
                ? Optional.of("Secure Boot demands a signature, which kexec_load cannot show")
                : Optional.empty();
    }

    /** How many calls that load into a slot are left; -1 for any number. */
    OptionalLong callsLeft(ImageSlot slot) {
        return slot == ImageSlot.CRASH ? loadLimitPanic : loadLimitReboot;
    }

    /** Whether the caller itself may load nothing by either call, as far as it is known. */
    boolean forbidsEverything(ImageSlot slot) {
        return !capSysBoot.orElse(true)
                || !initialUserNamespace.orElse(true)
                || loadDisabled.orElse(false)
                || callsLeft(slot).orElse(-1) == 0;
    }

    /** Whether there is no memory for a crash kernel, as far as it is known. */
    boolean lacksReservation() {
        return crashSize.orElse(-1) == 0;
    }

    /** What a number stands for that is 0 for no. */
    static Optional<Boolean> flag(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong() != 0) : Optional.empty();
    }

    /** The number in a file. */
    static OptionalLong number(Path file) {
        return find(file, NUMBER).stream().mapToLong(Long::parseLong).findFirst();
    }

    /** The first word in a file. */
    static Optional<String> word(Path file) {
        return find(file, WORD);
    }

    private static Optional<String> find(Path file, Pattern pattern) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> link(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

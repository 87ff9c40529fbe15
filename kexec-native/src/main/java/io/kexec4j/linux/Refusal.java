package io.kexec4j.linux;

import io.kexec4j.image.KexecFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a refusal means, and what helps. Follows the order in which the kernel checks (kernel/kexec.c, kernel/kexec_core.c,
 * kernel/reboot.c); where several rules give the same number, the facts decide, and where they cannot, all are named.
 *
 * @param meaning why the kernel refused
 * @param cure what to do
 */
record Refusal(String meaning, String cure) {
    private static final String USE_FILE_LOAD =
            "load the signed kernel file itself with kexec_file_load (KexecFiles), so that the kernel can check it";

    static Refusal of(Attempt attempt, Optional<Errno> errno, LinuxAbi abi, KernelState state) {
        if (errno.isEmpty()) {
            return unknown(attempt);
        }
        if (attempt.call().equals(Attempt.REBOOT)) {
            return ofReboot(attempt, errno.get(), state);
        }
        Optional<Refusal> ofFiles =
                attempt.isOfFiles() ? FileRefusal.of(attempt, errno.get(), abi, state) : Optional.empty();
        return ofFiles.orElseGet(() -> ofLoad(attempt, errno.get(), abi, state));
    }

    private static Refusal ofLoad(Attempt attempt, Errno errno, LinuxAbi abi, KernelState state) {
        return switch (errno) {
            case EPERM -> notPermitted(attempt, state);
            case EACCES ->
                new Refusal(
                        "a security module forbids images whose signature the kernel cannot check, because of Secure Boot or of IMA"
                                + " appraisal",
                        USE_FILE_LOAD);
            case EINVAL -> invalid(attempt, abi, state);
            case EADDRNOTAVAIL -> noSuchMemory(attempt, state);
            case EBUSY ->
                new Refusal(
                        "the kernel is busy with another load, a change of the crash reservation, a reboot or a panic"
                                + (abi == LinuxAbi.AARCH64
                                        ? ", or a CPU is stuck in the kernel and cannot be stopped"
                                        : ""),
                        "try again in a moment");
            case ENOMEM -> noMemory(attempt);
            case EFAULT ->
                new Refusal(
                        "the content of a segment could not be read, most likely because a mapped file has become shorter or its"
                                + " disk fails",
                        "leave the files alone while they are loaded, and build the image again");
            case ETXTBSY ->
                new Refusal(
                        "a segment lies on memory that the running kernel still needs during the switch: on ppc64 its own image or"
                                + " a TCE table",
                        "build the image for the memory map and device tree of this machine");
            case ENOSYS ->
                new Refusal(
                        "the running kernel has no kexec_load, or a sandbox hides it",
                        "use a kernel with CONFIG_KEXEC");
            default -> unknown(attempt);
        };
    }

    private static Refusal ofReboot(Attempt attempt, Errno errno, KernelState state) {
        return switch (errno) {
            case EPERM -> notPermitted(attempt, state);
            case EINVAL -> notLoaded(state);
            case EBUSY ->
                new Refusal(
                        "the kernel is busy with another load, a change of the crash reservation or a reboot",
                        "try again in a moment");
            case ENOSYS -> new Refusal("a sandbox hides the reboot call", "call it outside of the sandbox");
            default -> unknown(attempt);
        };
    }

    private static Refusal notPermitted(Attempt attempt, KernelState state) {
        if (is(state.capSysBoot(), false)) {
            return new Refusal(
                    "this process lacks the capability CAP_SYS_BOOT", "run it as root, or grant the capability");
        }
        if (is(state.initialUserNamespace(), false)) {
            return new Refusal(
                    "this process has its capabilities only within a user namespace",
                    "run it outside of the container, as root of the machine");
        }
        return !attempt.call().equals(Attempt.REBOOT)
                ? notPermittedToLoad(attempt, state)
                : new Refusal("the process lacks CAP_SYS_BOOT" + seccomp(state), "run it as root of the machine");
    }

    private static Refusal notPermittedToLoad(Attempt attempt, KernelState state) {
        boolean crash = attempt.slot() == ImageSlot.CRASH;
        String limit = crash ? "kernel.kexec_load_limit_panic" : "kernel.kexec_load_limit_reboot";
        if (is(state.loadDisabled(), true)) {
            return untilReboot("kernel.kexec_load_disabled is 1");
        }
        if (state.callsLeft(attempt.slot()).orElse(-1) == 0) {
            return untilReboot(limit + " is 0: all permitted calls are used up");
        }
        Optional<String> lockdown = state.lockdown().filter(mode -> !mode.equals("none"));
        if (lockdown.isEmpty()) {
            return new Refusal(
                    suspects(attempt, limit, state),
                    is(state.capSysBoot(), true)
                            ? "look at these; under lockdown, "
                                    + (attempt.isOfFiles() ? FileRefusal.USE_SIGNED : USE_FILE_LOAD)
                            : "look at these, and run as root of the machine");
        }
        return attempt.isOfFiles()
                ? FileRefusal.lockedDown(lockdown.get())
                : new Refusal(
                        "kernel lockdown (%s) forbids images without a signature".formatted(lockdown.get()),
                        USE_FILE_LOAD);
    }

    /** What the kernel checks, less what is known to be in order. */
    private static String suspects(Attempt attempt, String limit, KernelState state) {
        List<String> suspects = new ArrayList<>();
        if (state.capSysBoot().isEmpty()) {
            suspects.add("the process lacks CAP_SYS_BOOT");
        }
        if (state.loadDisabled().isEmpty()) {
            suspects.add("kernel.kexec_load_disabled is 1");
            suspects.add(limit + " is 0");
        }
        if (state.lockdown().isEmpty()) {
            suspects.add(
                    attempt.isOfFiles()
                            ? "kernel lockdown demands a signature that this kernel trusts (mount securityfs to see it)"
                            : "kernel lockdown forbids images without a signature (mount securityfs to see it)");
        }
        if (is(state.seccomp(), true)) {
            suspects.add("the seccomp filter of the process forbids it");
        }
        return suspects.isEmpty() ? "a security module forbids it" : String.join(", or ", suspects);
    }

    private static String seccomp(KernelState state) {
        return is(state.seccomp(), true) ? ", or the seccomp filter of the process forbids it" : "";
    }

    private static Refusal untilReboot(String setting) {
        return new Refusal(setting, "boot the machine anew without this setting, as it cannot be taken back");
    }

    private static Refusal invalid(Attempt attempt, LinuxAbi abi, KernelState state) {
        if (!attempt.isLoad()) {
            return new Refusal(
                    "the kernel does not know the %s slot, or is not of the architecture %s"
                            .formatted(attempt.slot().label(), abi.names().get(0)),
                    "use a kernel with %s"
                            .formatted(attempt.slot() == ImageSlot.CRASH ? "CONFIG_CRASH_DUMP" : "CONFIG_KEXEC"));
        }
        if (attempt.kexecArch().getAsInt() != abi.kexecArch()) {
            return new Refusal(
                    "the image is for another architecture than this machine's, which is "
                            + abi.names().get(0),
                    "build it for this machine, or load it on one that it fits");
        }
        long half = state.totalMemory().orElse(Long.MAX_VALUE) / 2;
        if (Long.compareUnsigned(attempt.memory(), half) > 0) {
            return new Refusal(
                    "the segments take %d bytes, and the kernel allows half of its memory, %d"
                            .formatted(attempt.memory(), half),
                    attempt.imageFlags().contains(KexecFlag.PRESERVE_CONTEXT)
                            ? "build the image for a smaller window (--mem-max): all of it is kept"
                            : "use a smaller initrd, or a machine with more memory");
        }
        if (attempt.isOfFiles()) {
            return FileRefusal.invalid(attempt, abi, state);
        }
        if (attempt.imageFlags().contains(KexecFlag.PRESERVE_CONTEXT)) {
            return new Refusal(
                    "the running kernel cannot be kept to be jumped back to: it was built without CONFIG_KEXEC_JUMP, as those of"
                            + " most distributions are",
                    "boot a kernel with CONFIG_KEXEC_JUMP, or load an image that replaces the running one");
        }
        return new Refusal(
                "a flag is unknown to this kernel, or it is not for %s, or an image must have a segment that this one lacks (a"
                                .formatted(abi.names().get(0))
                        + " device tree on riscv64, a command line on loongarch64)",
                "build the image for the target of this very machine, with fewer flags if the kernel is old");
    }

    private static Refusal noSuchMemory(Attempt attempt, KernelState state) {
        if (attempt.slot() == ImageSlot.CRASH) {
            return state.crashSize().orElse(-1) == 0
                    ? new Refusal(
                            "no memory is reserved for a crash kernel",
                            "boot with crashkernel=256M or more on the command line")
                    : new Refusal(
                            "the entry or a segment lies outside of the memory reserved for a crash kernel, or not at a page",
                            "build the image for the range \"Crash kernel\" of this machine's /proc/iomem, read as root; on Power, for"
                                    + " linux,crashkernel-base and -size of /proc/device-tree/chosen");
        }
        return new Refusal(
                "a segment does not begin and end at a page of this kernel, or lies above the addresses that it can copy to",
                "build the image for the page size and memory map of this very machine");
    }

    private static Refusal noMemory(Attempt attempt) {
        return attempt.slot() == ImageSlot.CRASH
                ? new Refusal(
                        "the memory reserved for a crash kernel has no room left for the kernel's own control pages and page"
                                + " tables",
                        "reserve more with crashkernel=, or leave part of the range free")
                : new Refusal(
                        "the kernel cannot find %d bytes of memory to keep the image in until it is started"
                                .formatted(attempt.memory()),
                        "free memory, or use a smaller initrd");
    }

    private static Refusal notLoaded(KernelState state) {
        if (is(state.initialPidNamespace(), false)) {
            return new Refusal(
                    "this process is in a PID namespace of its own, from which the machine cannot be restarted",
                    "call it outside of the container");
        }
        return is(state.normalLoaded(), false)
                ? new Refusal("no normal image is loaded", "load one first")
                : new Refusal(
                        "no normal image is loaded, or the process is in a PID namespace of its own, or the kernel has no kexec",
                        "load an image first, outside of any container");
    }

    private static Refusal unknown(Attempt attempt) {
        return new Refusal(
                attempt.call().equals(Attempt.REBOOT)
                        ? "something that runs before the switch, such as a live update, has failed; the system goes on"
                        : "this is no answer that %s is known to give".formatted(attempt.call()),
                "look at the kernel's log (dmesg)");
    }

    private static boolean is(Optional<Boolean> fact, boolean value) {
        return fact.orElse(!value) == value;
    }

    /** As the end of a sentence. */
    @Override
    public String toString() {
        return meaning + "; " + cure;
    }
}

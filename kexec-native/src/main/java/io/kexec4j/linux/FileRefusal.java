package io.kexec4j.linux;

import io.kexec4j.image.KexecFileFlag;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a refusal by kexec_file_load means, where it differs from kexec_load (kernel/kexec_file.c and each architecture's loader). */
final class FileRefusal {
    private static final String USE_IMAGE = "load an image that this library builds, with kexec_load";

    /** What helps against lockdown. */
    static final String USE_SIGNED =
            "use the kernel as its distribution has signed it, not a part or a decompressed copy of it, and enrol the key of its"
                    + " signer (mokutil)";

    private FileRefusal() {}

    /** The explanation of a number; empty if it means the same for both calls. */
    static Optional<Refusal> of(Attempt attempt, Errno errno, LinuxAbi abi, KernelState state) {
        return Optional.ofNullable(
                switch (errno) {
                    case ENOEXEC ->
                        new Refusal(
                                "the kernel file has no format that this kernel starts by itself"
                                        + (abi == LinuxAbi.X86_64
                                                ? " (a bzImage for 64 bits that can be relocated)"
                                                : "")
                                        + ", or it is cut short",
                                USE_IMAGE);
                    case EOPNOTSUPP -> new Refusal("this kernel cannot start such a kernel file", USE_IMAGE);
                    case EADDRNOTAVAIL -> noHole(attempt, state);
                    case ENOMEM -> noMemory(attempt);
                    case ETXTBSY ->
                        new Refusal(
                                "a program has the kernel or initrd file open for writing"
                                        + (abi == LinuxAbi.PPC64
                                                ? ", or a segment would lie on memory that the running kernel still needs during the"
                                                        + " switch"
                                                : ""),
                                "wait until it is written and closed, or load a copy");
                    case EFBIG -> new Refusal("a file is larger than this kernel reads (4 GiB)", USE_IMAGE);
                    case EACCES ->
                        new Refusal(
                                "a security module forbids this kernel or initrd file; under IMA appraisal it lacks a valid"
                                        + " signature",
                                "load the file where it is installed, as a copy or a part of it has no IMA signature, or have it"
                                        + " signed (evmctl ima_sign)");
                    case EFAULT, EIO ->
                        new Refusal(
                                "a file could not be read, most likely because its disk fails",
                                "look at the kernel's log (dmesg)");
                    case ENOSYS ->
                        new Refusal(
                                abi.hasFileLoad()
                                        ? "the running kernel has no kexec_file_load, or a sandbox hides it"
                                        : "Linux has no kexec_file_load on %s"
                                                .formatted(abi.names().get(0)),
                                "use a kernel with CONFIG_KEXEC_FILE, or " + USE_IMAGE);
                    default -> signature(errno).orElse(null);
                });
    }

    private static Optional<Refusal> signature(Errno errno) {
        Optional<String> meaning = Optional.ofNullable(
                switch (errno) {
                    case ENODATA -> "the kernel file has no signature, and this kernel demands one";
                    case EKEYREJECTED ->
                        "the signature of the kernel file does not fit its content, or is revoked, or this kernel cannot check"
                                + " files of this format and demands a signature";
                    case ENOKEY -> "the kernel file is signed with a key that this kernel does not trust";
                    case ENOPKG -> "the kernel file is signed with a method that this kernel does not have";
                    case EBADMSG, ELIBBAD -> "the signature of the kernel file, or what leads to it, is malformed";
                    default -> null;
                });
        return meaning.map(text -> new Refusal(
                text,
                "use the kernel as its distribution has signed it, enrol the key of its signer (mokutil), or switch off Secure"
                        + " Boot or the demand for signatures"));
    }

    /** The part of EPERM that is about signatures: the kernel keeps to itself what it found wrong with one. */
    static Refusal lockedDown(String mode) {
        return new Refusal(
                "kernel lockdown (%s) demands a signature that this kernel trusts, and the kernel file has none, or one by a key"
                                .formatted(mode)
                        + " that this kernel does not know (cat /proc/keys: .builtin_trusted_keys, .machine, .platform)",
                USE_SIGNED);
    }

    /** The part of EINVAL that is about files. */
    static Refusal invalid(Attempt attempt, LinuxAbi abi, KernelState state) {
        List<KexecFileFlag> unknown = state.release().stream()
                .flatMap(release ->
                        attempt.fileFlags().stream().filter(flag -> !flag.isKnownTo(release.major(), release.minor())))
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            KexecFileFlag flag = unknown.get(0);
            return new Refusal(
                    "Linux has the flag %s since %s, and this is %s"
                            .formatted(flag, flag.since(), state.release().orElseThrow()),
                    "leave it out");
        }
        return new Refusal(
                "this kernel does not start kernel files of this format, or the command line is too long for the kernel file, or"
                        + " a file is empty or no regular file, or the image is too large"
                        + flagNames(attempt),
                "look at the kernel's log (dmesg), or %s; on %s it %s"
                        .formatted(
                                USE_IMAGE,
                                abi.names().get(0),
                                abi == LinuxAbi.X86_64
                                        ? "explains itself with KEXEC_FILE_DEBUG"
                                        : "takes only an uncompressed kernel"));
    }

    private static String flagNames(Attempt attempt) {
        Stream<String> names = attempt.fileFlags().stream()
                .filter(flag -> flag != KexecFileFlag.ON_CRASH)
                .sorted()
                .map(KexecFileFlag::name);
        List<String> list = names.toList();
        return list.isEmpty() ? "" : ", or it does not know " + String.join(" or ", list);
    }

    private static Refusal noHole(Attempt attempt, KernelState state) {
        if (attempt.slot() == ImageSlot.NORMAL) {
            return new Refusal(
                    "the kernel has found no room for a part of the image"
                            + (state.policy().handover().orElse(false)
                                    ? "; with Kexec HandOver it looks only in the scratch memory"
                                    : ""),
                    state.policy().handover().orElse(false)
                            ? "boot with more of it (kho_scratch=)"
                            : USE_IMAGE + ", or use a smaller initrd");
        }
        return state.crashSize().orElse(-1) == 0
                ? new Refusal(
                        "no memory is reserved for a crash kernel",
                        "boot with crashkernel=256M or more on the command line")
                : new Refusal(
                        "the memory reserved for a crash kernel is too small, or too fragmented, for this kernel and initrd",
                        "reserve more with crashkernel=, or use a smaller initrd");
    }

    private static Refusal noMemory(Attempt attempt) {
        return attempt.slot() == ImageSlot.CRASH
                ? new Refusal(
                        "the kernel cannot read the files, which take %d bytes, into its memory, or the memory reserved for a crash"
                                        .formatted(attempt.memory())
                                + " kernel is too small",
                        "free memory, use a smaller initrd, or reserve more with crashkernel=")
                : new Refusal(
                        "the kernel cannot find memory for the files, which take %d bytes, and for the image at the same time"
                                .formatted(attempt.memory()),
                        "free memory, or use a smaller initrd");
    }
}

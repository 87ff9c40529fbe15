package io.kexec4j.linux;

import java.util.Arrays;
import java.util.Optional;

/**
 * After which refusal the other call may work. Everything that is not here is final: a caller without the privilege, a kernel
 * that is busy or short of memory, or an image that does not fit would fare no better.
 */
enum Fallback {
    NO_FILE_CALL(LoadCall.KEXEC_FILE_LOAD, Errno.ENOSYS, "the running kernel has no kexec_file_load"),
    /** Most architectures give this for a kernel file that their loaders do not know; x86 does for other reasons. */
    FILES_INVALID(LoadCall.KEXEC_FILE_LOAD, Errno.EINVAL, "kexec_file_load does not take this kernel, option or size"),
    FORMAT_UNKNOWN(LoadCall.KEXEC_FILE_LOAD, Errno.ENOEXEC, "kexec_file_load does not know the format of this kernel"),
    FORMAT_UNSUPPORTED(LoadCall.KEXEC_FILE_LOAD, Errno.EOPNOTSUPP, "kexec_file_load does not support this kernel"),
    /** The kernel's search for room is simpler than that of this library. */
    NO_HOLE(LoadCall.KEXEC_FILE_LOAD, Errno.EADDRNOTAVAIL, "kexec_file_load has found no room"),
    KEY_REJECTED(LoadCall.KEXEC_FILE_LOAD, Errno.EKEYREJECTED, "the signature of the kernel file is not accepted"),
    KEY_MISSING(LoadCall.KEXEC_FILE_LOAD, Errno.ENOKEY, "the signer of the kernel file is not trusted"),
    CIPHER_MISSING(LoadCall.KEXEC_FILE_LOAD, Errno.ENOPKG, "the signature of the kernel file cannot be checked"),
    SIGNATURE_BROKEN(LoadCall.KEXEC_FILE_LOAD, Errno.EBADMSG, "the signature of the kernel file is malformed"),
    FILE_BROKEN(
            LoadCall.KEXEC_FILE_LOAD, Errno.ELIBBAD, "the kernel file is malformed where its signature is looked for"),
    UNSIGNED(LoadCall.KEXEC_FILE_LOAD, Errno.ENODATA, "the kernel file has no signature"),

    NO_IMAGE_CALL(LoadCall.KEXEC_LOAD, Errno.ENOSYS, "the running kernel has no kexec_load"),
    /** Only where nothing else explains it, see {@link #explainedByCaller}. */
    LOCKED_DOWN(LoadCall.KEXEC_LOAD, Errno.EPERM, "kernel lockdown forbids kexec_load"),
    NO_SIGNATURE_TO_SHOW(
            LoadCall.KEXEC_LOAD, Errno.EACCES, "a security module demands a signature, which kexec_load cannot show");

    private final LoadCall refused;
    private final Errno errno;
    private final String meaning;

    Fallback(LoadCall refused, Errno errno, String meaning) {
        this.refused = refused;
        this.errno = errno;
        this.meaning = meaning;
    }

    /** The row of the table. */
    static Optional<Fallback> of(LoadCall refused, Optional<Errno> errno) {
        return Arrays.stream(values())
                .filter(row -> row.refused == refused && errno.equals(Optional.of(row.errno)))
                .findFirst();
    }

    /**
     * What to try next.
     *
     * @param refused the call that was refused
     * @param errno how
     * @param obstacles why each call cannot load it, with what the running kernel forbids
     * @param state as it is after the refusal, which may have used up the last permitted call
     */
    static Optional<LoadChoice> after(
            LoadCall refused,
            Optional<Errno> errno,
            ImageSlot slot,
            LoadChoice.Obstacles obstacles,
            KernelState state) {
        LoadCall other = refused.other();
        if (obstacles.of(other).isPresent() || state.forbidsEverything(slot)) {
            return Optional.empty();
        }
        return of(refused, errno)
                .filter(row -> row != LOCKED_DOWN || !explainedByCaller(state))
                .map(row -> new LoadChoice(other, row.meaning + LoadChoice.loss(other, slot, state)));
    }

    /** Without lockdown, EPERM comes from what forbids both calls, such as a seccomp filter. */
    private static boolean explainedByCaller(KernelState state) {
        return state.lockdown().filter("none"::equals).isPresent();
    }

    LoadCall refused() {
        return refused;
    }

    Errno errno() {
        return errno;
    }
}

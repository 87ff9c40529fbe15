package io.kexec4j.linux;

import java.io.IOException;

/**
 * The kernel has refused a call, or would have: a load into the crash slot is not even tried if it is known to fail, as trying it would
 * cost the image that is there. The message is one sentence: what was refused, what the error number means for this call,
 * and what to do about it.
 */
public final class KexecRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    /** The name of the system call. */
    private final String call;

    /** The error number as this machine's kernel gave it. */
    private final int errno;

    KexecRefusedException(String message, String call, int errno) {
        super(message);
        this.call = call;
        this.errno = errno;
    }

    /** This refusal, after which the other call could not even be tried. */
    KexecRefusedException butThen(String why, Exception cause) {
        KexecRefusedException both = new KexecRefusedException(getMessage() + "; " + why, call, errno);
        both.initCause(this);
        both.addSuppressed(cause);
        return both;
    }

    /** This refusal, of a call that was tried because of another. */
    KexecRefusedException after(KexecRefusedException first) {
        KexecRefusedException both =
                new KexecRefusedException(getMessage() + "; before that, " + first.getMessage(), call, errno);
        both.initCause(this);
        both.addSuppressed(first);
        return both;
    }

    /**
     * {@return the system call that was refused: {@code kexec_load}, {@code kexec_file_load}, {@code reboot}, {@code ioctl} for
     *     network interfaces, or {@code open} or {@code write} for the size of the crash reservation; the last one, if several were}
     */
    public String call() {
        return call;
    }

    /**
     * {@return the error number as this machine's kernel gave it; a few numbers differ between architectures, so the message
     *     has the name. Where the call could not even be made, because this is no Linux, the {@code ENOSYS} of x86 (38)}
     */
    public int errno() {
        return errno;
    }
}

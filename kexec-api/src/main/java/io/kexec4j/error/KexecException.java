package io.kexec4j.error;

/**
 * A request that cannot be met. The input is well formed, but there is no such image: no room, a limit of the boot protocol,
 * or options that contradict each other.
 */
public abstract sealed class KexecException extends RuntimeException
        permits NoMemoryHoleException, ProtocolLimitException, UnsupportedCombinationException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param message what was asked for, and the numbers that forbid it
     */
    protected KexecException(String message) {
        super(message);
    }
}

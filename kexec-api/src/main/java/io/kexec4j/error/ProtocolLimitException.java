package io.kexec4j.error;

/**
 * A limit of the kernel's boot protocol or of the kexec system calls is exceeded: a command line that is too long, a 17th
 * segment.
 */
public final class ProtocolLimitException extends KexecException {
    private static final long serialVersionUID = 1;

    /** What was asked for. */
    private final long value;

    /** The most that is possible. */
    private final long limit;

    /**
     * Creates the exception.
     *
     * @param what what is limited, and by which rule
     * @param value what was asked for, unsigned
     * @param limit the most that is possible, unsigned
     */
    public ProtocolLimitException(String what, long value, long limit) {
        super("%s: %s, at most %s".formatted(what, Long.toUnsignedString(value), Long.toUnsignedString(limit)));
        this.value = value;
        this.limit = limit;
    }

    /**
     * {@return what was asked for, unsigned}
     */
    public long value() {
        return value;
    }

    /**
     * {@return the most that is possible, unsigned}
     */
    public long limit() {
        return limit;
    }
}

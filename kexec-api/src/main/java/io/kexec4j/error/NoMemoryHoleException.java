package io.kexec4j.error;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * There is no room for a segment. Lists every hole that was looked at, and why each failed; for a segment that can lie at one place
 * only, what is in the way there.
 */
public final class NoMemoryHoleException extends KexecException {
    private static final long serialVersionUID = 1;

    private static final int HOLES_IN_MESSAGE = 32;

    /** Every hole that was looked at; not serialised, since the message says it all. */
    private final transient @Nullable List<RejectedHole> rejected;

    /**
     * A stretch of memory that will not do: free, but not right, or in the way of what can lie at one place only.
     *
     * @param start physical address of its first byte, unsigned
     * @param end physical address behind its last byte, unsigned
     * @param reason why it will not do
     */
    public record RejectedHole(long start, long end, String reason) {
        @Override
        public String toString() {
            return "[0x%x, 0x%x): %s".formatted(start, end, reason);
        }
    }

    /**
     * Creates the exception.
     *
     * @param request what was asked for, in words with its numbers
     * @param rejected every hole that was looked at, in ascending order; none if there is no memory at all
     */
    public NoMemoryHoleException(String request, List<RejectedHole> rejected) {
        super(message(request, rejected));
        this.rejected = List.copyOf(rejected);
    }

    private NoMemoryHoleException(NoMemoryHoleException original, String advice) {
        super(original.getMessage() + "\n" + advice);
        this.rejected = original.rejected;
        initCause(original);
    }

    /**
     * {@return this with a line that says what to do}
     *
     * @param advice for people, without a full stop
     */
    public NoMemoryHoleException withAdvice(String advice) {
        return new NoMemoryHoleException(this, advice);
    }

    private static String message(String request, List<RejectedHole> rejected) {
        if (rejected.isEmpty()) {
            return "no room for " + request + ": there is no free memory at all";
        }
        String holes = rejected.stream()
                .limit(HOLES_IN_MESSAGE)
                .map(hole -> "\n  " + hole)
                .collect(Collectors.joining());
        int more = rejected.size() - HOLES_IN_MESSAGE;
        return "no room for " + request + ":" + holes + (more > 0 ? "\n  and %d more".formatted(more) : "");
    }

    /**
     * {@return every hole that was looked at, in ascending order; none if the exception has been serialised on its way}
     */
    public List<RejectedHole> rejected() {
        List<RejectedHole> known = rejected;
        return known == null ? List.of() : known;
    }
}

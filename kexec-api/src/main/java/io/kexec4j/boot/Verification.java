package io.kexec4j.boot;

import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.PurgatoryConsole;
import java.util.Optional;

/**
 * What the purgatory does before it starts the second kernel.
 *
 * @param checkSegments whether it verifies the digest of every segment
 * @param onMismatch what it does if a segment is damaged
 * @param console where it prints, of the kind that the architecture has; none means silence
 */
public record Verification(boolean checkSegments, MismatchAction onMismatch, Optional<PurgatoryConsole> console) {
    /** Verify every segment, reset the machine if one is damaged, print nothing. */
    public static final Verification DEFAULT = new Verification(true, MismatchAction.RESET, Optional.empty());

    /**
     * Checks the values against each other.
     *
     * @param checkSegments whether it verifies the digest of every segment
     * @param onMismatch what it does if a segment is damaged
     * @param console where it prints
     * @throws IllegalArgumentException if the machine would halt without a word
     */
    public Verification {
        if (onMismatch == MismatchAction.HALT && console.isEmpty()) {
            throw new IllegalArgumentException(
                    "halting on a damaged segment needs a console: a machine that stops without a"
                            + " word cannot be told from one that hangs");
        }
    }
}

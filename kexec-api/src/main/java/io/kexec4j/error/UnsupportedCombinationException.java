package io.kexec4j.error;

/** Things that are each well formed, but do not go together: a kernel and a machine, or two options. */
public final class UnsupportedCombinationException extends KexecException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param message both sides of the contradiction, and what would resolve it
     */
    public UnsupportedCombinationException(String message) {
        super(message);
    }

    /**
     * {@return the exception for what only kexec_load can do}
     *
     * @param wish what was asked for
     */
    public static UnsupportedCombinationException notByFiles(String wish) {
        return new UnsupportedCombinationException("%s: kexec_file_load cannot do that".formatted(wish));
    }
}

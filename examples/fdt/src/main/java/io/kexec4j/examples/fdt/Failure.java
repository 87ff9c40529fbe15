package io.kexec4j.examples.fdt;

/** The end of a command, with what the tool of its name says then. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String text;

    Failure(int status, String message) {
        super(message);
        this.status = status;
        this.text = message;
    }

    /** The same end with another exit status. */
    Failure withStatus(int changed) {
        Failure failure = new Failure(changed, text);
        failure.initCause(this);
        return failure;
    }

    /** The exit status. */
    int status() {
        return status;
    }
}

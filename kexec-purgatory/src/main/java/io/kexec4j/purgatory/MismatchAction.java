package io.kexec4j.purgatory;

/** What the purgatory does when a segment is not what it was when the image was built. It never starts the kernel then. */
public enum MismatchAction {
    /**
     * Say which segments are damaged, if there is a console, and reset the machine, as its reset button would. The machine
     * comes back by its normal boot path, which suits machines that nobody stands next to.
     */
    RESET(0),

    /**
     * Say which segments are damaged, and stop the processor for good, so that the message stays to be read. Needs a console:
     * without one, the machine would just be silent. For the same reason it is reset after all if the console does not work:
     * if there is no UART at its port or no such terminal, or if it did not take the message in time, and no screen of a VGA
     * adapter shows it.
     */
    HALT(1);

    private final int code;

    MismatchAction(int code) {
        this.code = code;
    }

    /** {@return the number that the purgatory knows it by} */
    int code() {
        return code;
    }
}

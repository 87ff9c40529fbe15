package io.kexec4j.examples.fdt;

/** Starts the commands. */
public final class Main {
    private Main() {}

    /**
     * Runs a command and ends the process with its exit status.
     *
     * @param arguments the name of the command, then its arguments
     */
    public static void main(String[] arguments) {
        System.exit(FdtCommand.run(Streams.of(System.in, System.out, System.err), arguments));
    }
}

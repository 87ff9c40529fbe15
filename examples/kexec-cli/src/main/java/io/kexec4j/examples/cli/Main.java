package io.kexec4j.examples.cli;

import io.kexec4j.linux.Kexec;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Starts the kexec command. */
public final class Main {
    private static final String LIBRARY_PATH = "jna.platform.library.path";

    private Main() {}

    /**
     * Runs the command and ends the process with its exit status.
     *
     * @param arguments as kexec-tools' kexec takes them
     */
    public static void main(String[] arguments) {
        // JNA would run ldconfig for the places of libraries, and all that is called here is in the C library.
        if (System.getProperty(LIBRARY_PATH) == null) {
            System.setProperty(LIBRARY_PATH, "");
        }
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(KexecCommand.run(RunningSystem.of(Kexec.system()), out, err, arguments));
    }
}

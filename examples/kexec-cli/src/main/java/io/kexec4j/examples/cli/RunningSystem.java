package io.kexec4j.examples.cli;

import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.Kexec;
import io.kexec4j.linux.LoadChoice;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.linux.LoadReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What the command asks of the running system; tests put a recorder in its place. */
interface RunningSystem {
    /** The directory below which its facts are, in {@code proc} and {@code sys}. */
    Path root();

    /** Whether what is written to standard error is seen at once by somebody. */
    boolean isTerminal();

    LoadReport load(LoadPlan plan, Consumer<LoadChoice> announce) throws IOException;

    void unload(ImageSlot slot) throws IOException;

    boolean isLoaded(ImageSlot slot) throws IOException;

    /** Bytes that are reserved for a crash kernel, where the image for a panic goes; 0 if none are. */
    long crashSize() throws IOException;

    /** Writes file systems back. */
    void sync() throws IOException;

    void interfacesDown() throws IOException;

    /** Starts what is loaded, and writes nothing back before. */
    void execute() throws IOException;

    /** Stops all that runs, which ends with the start of what is loaded. */
    void shutDown() throws IOException;

    /** The system that this process runs on. */
    static RunningSystem of(Kexec kexec) {
        return new ThisSystem(kexec);
    }
}

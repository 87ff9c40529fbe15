package io.kexec4j.examples.cli;

import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.Kexec;
import java.io.IOException;
import java.nio.file.Path;

/** What the command asks of the running system; tests put a recorder in its place. */
interface RunningSystem {
    /** The directory below which its facts are, in {@code proc} and {@code sys}. */
    Path root();

    void load(KexecImage image) throws IOException;

    void unload() throws IOException;

    boolean isLoaded(ImageSlot slot) throws IOException;

    void execute() throws IOException;

    /** The system that this process runs on. */
    static RunningSystem of(Kexec kexec) {
        return new RunningSystem() {
            @Override
            public Path root() {
                return Path.of("/");
            }

            @Override
            public void load(KexecImage image) throws IOException {
                kexec.load(image);
            }

            @Override
            public void unload() throws IOException {
                kexec.unload(ImageSlot.NORMAL);
            }

            @Override
            public boolean isLoaded(ImageSlot slot) throws IOException {
                return kexec.isLoaded(slot);
            }

            @Override
            public void execute() throws IOException {
                kexec.execute();
            }
        };
    }
}

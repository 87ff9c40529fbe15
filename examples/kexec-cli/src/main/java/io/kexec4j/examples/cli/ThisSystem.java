package io.kexec4j.examples.cli;

import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.Kexec;
import io.kexec4j.linux.LoadChoice;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.linux.LoadReport;
import io.kexec4j.linux.NetworkInterfaces;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The system that this process runs on. */
final class ThisSystem implements RunningSystem {
    private final Kexec kexec;

    ThisSystem(Kexec kexec) {
        this.kexec = kexec;
    }

    @Override
    public Path root() {
        return Path.of("/");
    }

    /** By the name of the device: Java itself only knows of standard input and output. */
    @Override
    public boolean isTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public LoadReport load(LoadPlan plan, Consumer<LoadChoice> announce) throws IOException {
        return kexec.load(plan, announce);
    }

    @Override
    public void unload(ImageSlot slot) throws IOException {
        kexec.unload(slot);
    }

    @Override
    public boolean isLoaded(ImageSlot slot) throws IOException {
        return kexec.isLoaded(slot);
    }

    /** Those who may not see where it lies are told its size nevertheless, but with the lower range if there are two. */
    @Override
    public long crashSize() throws IOException {
        Optional<PhysicalRange> region = kexec.crashRegion();
        return region.isPresent() ? region.get().size() : kexec.crashReservation();
    }

    @Override
    public void sync() throws IOException {
        kexec.sync();
    }

    @Override
    public void interfacesDown() throws IOException {
        NetworkInterfaces.system().down();
    }

    @Override
    public void execute() throws IOException {
        kexec.executeWithoutSync();
    }

    @Override
    public void shutDown() throws IOException {
        Process shutdown =
                new ProcessBuilder("/sbin/shutdown", "-r", "now").inheritIO().start();
        try {
            int status = shutdown.waitFor();
            if (status != 0) {
                throw new IOException("the image is loaded, but shutdown -r now ended with status " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

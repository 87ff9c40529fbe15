package io.kexec4j.examples.cli;

import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.CrashUpdates;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.LoadCall;
import io.kexec4j.linux.LoadChoice;
import io.kexec4j.linux.LoadMode;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.linux.LoadReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The command on a machine whose facts lie in a temporary directory, and which writes down what is asked of it. */
abstract class CommandOnAMachine {
    static final String KERNEL = "../quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path root;

    final Recorder system = new Recorder();
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda quiet\n");
        write("proc/iomem", "00001000-0009fbff : System RAM\n00100000-1fffffff : System RAM\n");
    }

    void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    final int kexec(String... arguments) {
        return KexecCommand.run(system, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    /** Plans for the machine in the temporary directory. */
    final int plan(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--dry-run", "--target-root=" + root, "-l", KERNEL));
        all.addAll(List.of(arguments));
        return kexec(all.toArray(String[]::new));
    }

    /** What the command asked of the system, in order. */
    final class Recorder implements RunningSystem {
        final List<String> calls = new ArrayList<>();
        boolean loaded;
        boolean crashLoaded;
        boolean broken;
        boolean locked;
        boolean terminal;
        Duration slowness = Duration.ZERO;
        LoadMode mode = LoadMode.AUTO;
        ImageSlot slot = ImageSlot.NORMAL;
        CrashUpdates updates = CrashUpdates.NOT_NEEDED;

        @Nullable
        KexecImage image;

        @Nullable
        KexecFiles files;

        @Override
        public Path root() {
            return root;
        }

        @Override
        public boolean isTerminal() {
            return terminal;
        }

        @Override
        public LoadReport load(LoadPlan plan, Consumer<LoadChoice> announce) throws IOException {
            mode = plan.mode();
            slot = plan.slot();
            LoadChoice choice = new LoadChoice(
                    plan.mode() == LoadMode.KEXEC_FILE_LOAD ? LoadCall.KEXEC_FILE_LOAD : LoadCall.KEXEC_LOAD,
                    "the test says so");
            if (choice.call() == LoadCall.KEXEC_LOAD) {
                image = plan.image().get();
            } else {
                files = plan.files().get();
            }
            announce.accept(choice);
            awaitProgress();
            calls.add("load");
            return new LoadReport(choice, List.of(), updates, List.of("it was loaded"));
        }

        /** As a system call that takes long: until something is shown, or for so long that it should have been. */
        private void awaitProgress() {
            long deadline = System.nanoTime() + slowness.toNanos();
            while (!err.toString().contains("loading") && System.nanoTime() < deadline) {
                LockSupport.parkNanos(10_000_000);
            }
        }

        @Override
        public void unload(ImageSlot which) {
            calls.add(which == ImageSlot.CRASH ? "unload-crash" : "unload");
        }

        @Override
        public boolean isLoaded(ImageSlot which) throws IOException {
            if (broken) {
                throw new IOException("sysfs is not mounted");
            }
            return which == ImageSlot.CRASH ? crashLoaded : loaded;
        }

        @Override
        public long crashSize() {
            return 0x1000_0000;
        }

        @Override
        public void sync() {
            calls.add("sync");
        }

        @Override
        public void interfacesDown() throws IOException {
            calls.add("ifdown");
            if (locked) {
                IOException refusal = new IOException("eth0 cannot be taken down");
                refusal.addSuppressed(new IOException("eth1 cannot be taken down"));
                throw refusal;
            }
        }

        @Override
        public void execute() {
            calls.add("execute");
        }

        @Override
        public void shutDown() {
            calls.add("shutdown");
        }
    }
}

package io.kexec4j.examples.bootmatrix;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * A first Linux that loads a second kernel for the case that it crashes, and crashes. The second kernel's init, that of a {@link
 * KexecScenario}, then looks at {@code /proc/vmcore} (capture.sh). In addition to what is on the console of a KexecScenario, there are
 * {@code @vmcore-size BYTES}, the frame {@code @vmcore-head|}, see {@link #head}, and for each tool TOOL the frame {@code @TOOL|} and
 * {@code @TOOL-status 0 SECONDS}, with the time since the second kernel began. The tools are vmcore-dmesg, dump-dmesg (of
 * makedumpfile, and the frame {@code @dumped-dmesg|} is what it wrote), makedumpfile and copy.
 */
final class CrashScenario {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final String name;
    private final Machine machine;
    private final KexecScenario scenario;
    private final List<String> more = new ArrayList<>();
    private final Map<String, Pause> pauses = new LinkedHashMap<>();

    /** What happens while the first guest waits. */
    interface Pause {
        void run(Monitor monitor, Console soFar) throws IOException;
    }

    /**
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param kernel the one that crashes, and the one that looks at what is left
     * @param loader what loads the second kernel
     * @param options for the loader, which loads with {@code -p} then and what belongs to it
     */
    CrashScenario(String name, Kernel kernel, Loader loader, String options) throws IOException {
        this.name = name;
        this.machine = kernel.machine();
        Root root = Lab.crashRoot(machine);
        scenario = new KexecScenario(name, kernel, kernel.file())
                .root(root)
                .firstCommandLine("crashkernel=256M")
                .secondCommandLine("nr_cpus=1 irqpoll reset_devices")
                .secondFile("capture.sh", resource("capture.sh"))
                .secondProgram("sbin/vmcore-dmesg", root.program("vmcore-dmesg"))
                .secondProgram("bin/makedumpfile", root.program("makedumpfile"))
                .load(load(loader, options))
                .exec("echo c >/proc/sysrq-trigger");
        loader.addTo(scenario, root);
    }

    /** The command that loads {@code /k2} with all that belongs to it. */
    static String load(Loader loader, String options) {
        return loader.command() + options + " -p /k2 --initrd=/rd2 --append=\"$CMD2\"";
    }

    /** Everything that a KexecScenario has. */
    KexecScenario scenario() {
        return scenario;
    }

    /** Adds arguments for QEMU. */
    CrashScenario machine(String... arguments) {
        more.addAll(List.of(arguments));
        return this;
    }

    /** Has all of {@code /proc/vmcore} copied to a file, by a kernel that knows virtio without modules. */
    CrashScenario copy(Path file) throws IOException {
        Files.deleteIfExists(file);
        return machine(
                "-device",
                "virtio-serial-pci",
                "-chardev",
                "file,id=copy,path=" + file,
                "-device",
                "virtserialport,chardev=copy,name=copy");
    }

    /**
     * Makes a command for the first guest that waits until something is done here.
     *
     * @param what it is, a word
     * @param pause what is done, once, while the command waits
     */
    String pause(String what, Pause pause) {
        pauses.put(what, pause);
        return "{ echo @pause-" + what + "; read answer </dev/console; }";
    }

    /** Boots it and waits until the second kernel has switched it off. */
    Console run() throws IOException, InterruptedException {
        Monitor monitor = new Monitor(name);
        more.addAll(monitor.arguments());
        try (Guest guest = scenario.start(more)) {
            for (Map.Entry<String, Pause> pause : pauses.entrySet()) {
                if (!guest.await("@pause-" + pause.getKey() + "$", PATIENCE)) {
                    throw guest.awaitEnd(Duration.ZERO).failure("the guest has not come to " + pause.getKey());
                }
                pause.getValue().run(monitor, guest.console());
                guest.type("");
            }
            return guest.awaitEnd(PATIENCE);
        }
    }

    /** The beginning of {@code /proc/vmcore}: two pages of the largest size, with all headers and notes of a machine that is not large. */
    static CoreHead head(Console console) throws IOException {
        String text = console.frame("vmcore-head").lines().stream()
                .map(Console.Line::text)
                .collect(Collectors.joining());
        try (InputStream bytes =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            return CoreHead.ofVmcore(ByteBuffer.wrap(bytes.readAllBytes()));
        }
    }

    private static Path resource(String name) throws IOException {
        Path file = Path.of("target", name);
        try (InputStream resource = Objects.requireNonNull(CrashScenario.class.getResourceAsStream(name))) {
            Files.write(file, resource.readAllBytes());
        }
        return file;
    }
}

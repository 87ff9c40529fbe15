package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A first Linux that loads and starts a second kernel. Its {@code /init} (first-init.sh) runs two commands, which are
 * text for a shell and find there
 *
 * <ul>
 *   <li>{@code $JAVA}, a Java runtime with options for short runs, and {@code /app/kexec.jar},
 *   <li>{@code /k2}, the second kernel, and {@code /rd2}, its initramfs, if there is one,
 *   <li>{@code $CMD2}, its command line.
 * </ul>
 *
 * <p>The console that comes back has, on lines of their own, {@code @first-init RELEASE}, the frame {@code @first-iomem|},
 * {@code @load| ...} for each line that the load command printed, {@code @load-status 0}, {@code @kexec-loaded 1},
 * {@code @crash-loaded 0}, {@code @exec}, and then what the second kernel printed. With the initramfs that is {@code SECOND-KERNEL-OK RELEASE},
 * {@code CMDLINE [...]}, the frames {@code @e820|}, {@code @efi|}, {@code @iomem|} and {@code @chosen|}, as far as the machine
 * has what they show, {@code ACPI-TABLES [...]}, and {@code @second-done}.
 */
final class KexecScenario {
    /** What a command for the first guest begins with that runs kexec.jar. */
    static final String KEXEC = "$JAVA -jar /app/kexec.jar ";

    private static final Duration TO_END = Duration.ofMinutes(4);

    private final String name;
    private final Kernel firstKernel;
    private final Path secondKernel;
    private String memory = "1024";
    private Optional<Root> otherRoot = Optional.empty();
    private Optional<Path> firmware = Optional.empty();
    private boolean initrd = true;
    private final Map<String, Path> firstFiles = new TreeMap<>();
    private final Map<String, Path> firstPrograms = new TreeMap<>();
    private final Map<String, Path> secondFiles = new TreeMap<>();
    private final Map<String, Path> secondPrograms = new TreeMap<>();
    private String firstCommandLine;
    private String secondCommandLine;
    private final List<Class<?>> programs = new ArrayList<>();
    private final List<String> more = new ArrayList<>();
    private String load = "";
    private String exec = KEXEC + "-e";

    /**
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param firstKernel what QEMU starts, on the machine that it is for
     * @param secondKernel {@code /k2} of the first guest
     */
    KexecScenario(String name, Kernel firstKernel, Path secondKernel) {
        this.name = name;
        this.firstKernel = firstKernel;
        this.secondKernel = secondKernel;
        this.firstCommandLine = firstKernel.machine().commandLine();
        this.secondCommandLine = firstKernel.machine().commandLine();
    }

    KexecScenario memory(int mebibytes) {
        return memory(Integer.toString(mebibytes));
    }

    /** What QEMU's {@code -m} says about the memory, in MiB if it does not say otherwise. */
    KexecScenario memory(String argument) {
        memory = argument;
        return this;
    }

    /** Adds arguments for QEMU. */
    KexecScenario machine(List<String> arguments) {
        more.addAll(arguments);
        return this;
    }

    /** Takes the programs of both guests from another root than that of their machine. */
    KexecScenario root(Root root) {
        otherRoot = Optional.of(root);
        return this;
    }

    /** Replaces QEMU's BIOS by another firmware, which then starts the first kernel. */
    KexecScenario firmware(Path file) {
        firmware = Optional.of(file);
        return this;
    }

    /** The second kernel gets no initramfs: {@code /rd2} is missing, and the load command does without. */
    KexecScenario withoutInitrd() {
        initrd = false;
        return this;
    }

    /** Adds a file to the first kernel's initramfs. */
    KexecScenario firstFile(String path, Path source) {
        firstFiles.put(path, source);
        return this;
    }

    /** Adds a program to the first kernel's initramfs, with the libraries that it needs. */
    KexecScenario firstProgram(String path, Path source) {
        firstPrograms.put(path, source);
        return this;
    }

    /** Adds a file to the second kernel's initramfs. */
    KexecScenario secondFile(String path, Path source) {
        secondFiles.put(path, source);
        return this;
    }

    /** Adds a program to the second kernel's initramfs, with the libraries that it needs. */
    KexecScenario secondProgram(String path, Path source) {
        secondPrograms.put(path, source);
        return this;
    }

    /** Adds to the first kernel's command line, which begins with the console. */
    KexecScenario firstCommandLine(String more) {
        firstCommandLine += " " + more;
        return this;
    }

    /** Adds to the second kernel's command line, which begins with the console. */
    KexecScenario secondCommandLine(String more) {
        secondCommandLine += " " + more;
        return this;
    }

    /** Adds a program of the tests: a class that needs only what is in kexec.jar, below {@code /app/classes}. */
    KexecScenario program(Class<?> main) {
        programs.add(main);
        return this;
    }

    /** Replaces the command that loads, {@code kexec.jar -c -d -l}. */
    KexecScenario load(String command) {
        load = command;
        return this;
    }

    /** Replaces the command that starts what is loaded, {@code kexec.jar -e}. */
    KexecScenario exec(String command) {
        exec = command;
        return this;
    }

    /** Boots it and waits until it has switched itself off. */
    Console run() throws IOException, InterruptedException {
        try (Guest guest = start(List.of())) {
            return guest.awaitEnd(TO_END);
        }
    }

    /** Boots it, with more for QEMU, and gives the machine, to be closed. */
    Guest start(List<String> more) throws IOException, InterruptedException {
        Path initramfs = Path.of("target", "first-guest.cpio");
        firstInitramfs().write(initramfs);
        List<String> arguments = new ArrayList<>(List.of(
                "-m",
                memory,
                "-kernel",
                firstKernel.file().toString(),
                "-initrd",
                initramfs.toString(),
                "-append",
                firstCommandLine));
        firmware.ifPresent(file -> arguments.addAll(List.of("-bios", file.toString())));
        arguments.addAll(this.more);
        arguments.addAll(more);
        return Guest.start(firstKernel.machine(), name, arguments);
    }

    private Initramfs firstInitramfs() throws IOException, InterruptedException {
        Root root = root();
        Initramfs initramfs = new Initramfs()
                .program("bin/busybox", root.busybox(), root)
                .executable("init", script("first-init.sh"))
                .executable("etc/scenario", variables())
                .file("app/kexec.jar", Lab.kexecJar())
                .file("k2", secondKernel);
        firstFiles.forEach(initramfs::file);
        for (Map.Entry<String, Path> program : firstPrograms.entrySet()) {
            initramfs.program(program.getKey(), program.getValue(), root);
        }
        Jre.addTo(initramfs, root);
        for (Class<?> program : programs) {
            String file = program.getName().replace('.', '/') + ".class";
            initramfs.file(
                    "app/classes/" + file, Path.of("target", "test-classes").resolve(file));
        }
        if (initrd) {
            initramfs.file("rd2", secondInitramfs(root, secondFiles, secondPrograms));
        }
        return initramfs;
    }

    private Root root() throws IOException {
        return otherRoot.isPresent() ? otherRoot.get() : Lab.root(firstKernel.machine());
    }

    /** Writes the initramfs of the second guest, with more files: the path of each, and what it is copied from. */
    static Path secondInitramfs(Machine machine, Map<String, Path> more) throws IOException {
        return secondInitramfs(Lab.root(machine), more, Map.of());
    }

    private static Path secondInitramfs(Root root, Map<String, Path> more, Map<String, Path> programs)
            throws IOException {
        Path archive = Path.of("target", "second-guest.cpio.gz");
        Initramfs files = new Initramfs()
                .program("bin/busybox", root.busybox(), root)
                .executable("init", script("second-init.sh"));
        more.forEach(files::file);
        for (Map.Entry<String, Path> program : programs.entrySet()) {
            files.program(program.getKey(), program.getValue(), root);
        }
        files.writeGzipped(archive);
        return archive;
    }

    private String variables() {
        String command = KEXEC + "-c -d -l /k2 --append=\"$CMD2\"" + (initrd ? " --initrd=/rd2" : "");
        return "CMD2=" + quoted(secondCommandLine) + "\nLOAD=" + quoted(load.isEmpty() ? command : load) + "\nEXEC="
                + quoted(exec) + "\n";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    private static String script(String name) throws IOException {
        try (InputStream resource = Objects.requireNonNull(KexecScenario.class.getResourceAsStream(name))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

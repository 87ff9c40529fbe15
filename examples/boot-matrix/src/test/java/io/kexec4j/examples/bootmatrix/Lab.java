package io.kexec4j.examples.bootmatrix;

import io.kexec4j.image.Architecture;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What the boots need and where it is. What is missing skips the test with the reason and the command that helps; with
 * {@code -Dkexec4j.boot.required=true} it fails the test.
 */
final class Lab {
    private static final String SETUP = "examples/boot-matrix/setup";

    private Lab() {}

    /** Where the programs of a machine's guests are: on this machine, if it is one of that architecture. */
    static Root root(Machine machine) throws IOException {
        boolean same = Architecture.byName(System.getProperty("os.arch"))
                .filter(machine.architecture()::equals)
                .isPresent();
        if (same) {
            return new Root(Path.of("/"), machine.tuple(), List.of(jlink().toString()), true);
        }
        Path folder = cache().resolve(Path.of("roots", machine.folder()));
        Path java = packagedJava(folder);
        List<String> command = List.of(jlinkFor(java).toString(), "--module-path=" + java.resolve("jmods"));
        return new Root(folder, machine.tuple(), command, false);
    }

    /** The same for guests that crash: one with kexec-tools, makedumpfile and kdump-tools, and the libraries that they want. */
    static Root crashRoot(Machine machine) throws IOException {
        Root root = root(machine);
        Path folder = cache().resolve(Path.of("roots", machine.folder() + "-crash"));
        return new Root(folder, machine.tuple(), root.jlink(), root.runsHere());
    }

    /** A firmware with UEFI for QEMU's PC, which forgets its variables when it is switched off. */
    static Path ovmf() {
        Path file = Path.of("/usr/share/ovmf/OVMF.fd");
        return Files.exists(file) ? file : missing("there is no OVMF");
    }

    /** The newest kernel that setup found of a series, such as 6.12. */
    static Kernel kernel(Machine machine, String series) throws IOException {
        return Kernel.read(machine, cached(machine, series + "/" + machine.kernelFile()));
    }

    /** The release of that kernel; while it is missing or damaged, the series. */
    static String release(Machine machine, String series) {
        try {
            return Kernel.read(machine, inCache(machine, series + "/" + machine.kernelFile()))
                    .release();
        } catch (IOException e) {
            return series;
        }
    }

    /** The newest Xen that setup found, compressed by gzip. */
    static Path xen() {
        return cached(Machine.X86_64, "xen/xen.gz");
    }

    /** What makes a unified kernel image of sections that are added to it: a program of systemd. */
    static Path ukiStub(Machine machine) {
        return cached(machine, "systemd-stub/linux%s.efi.stub".formatted(machine.efiName()));
    }

    /** A program of this machine that is not on every one. */
    static Path tool(String name) {
        return Commands.find(name).orElseGet(() -> missing("there is no " + name));
    }

    /** The module of that kernel, compressed by xz, that shows EFI's variables as files. */
    static Path efivarfs(String series) {
        return cached(Machine.X86_64, series + "/efivarfs.ko.xz");
    }

    /** The kernel of the quickstart example, which prints as JSON what it was handed. */
    static Path tinyKernel() {
        return tinyKernel("tiny-x86_64.bzImage");
    }

    /** The same for arm64, as an Image. */
    static Path tinyArm64Image() {
        return tinyKernel("tiny-arm64.Image");
    }

    /** The same for arm64, as an ELF vmlinux. */
    static Path tinyArm64Elf() {
        return tinyKernel("tiny-arm64.elf");
    }

    /** The same for ppc64 in either byte order, as an ELF vmlinux. */
    static Path tinyPpc64(ByteOrder order) {
        return tinyKernel(order == ByteOrder.LITTLE_ENDIAN ? "tiny-ppc64le.elf" : "tiny-ppc64.elf");
    }

    private static Path tinyKernel(String file) {
        return Path.of("../quickstart/src/main/resources/io/kexec4j/examples/quickstart")
                .resolve(file);
    }

    /** The SDK's command, which the first guest runs. */
    static Path kexecJar() {
        Path jar = Path.of("../kexec-cli/target/kexec.jar");
        return Files.exists(jar) ? jar : missing("kexec.jar is not built", "mvn verify");
    }

    /** The jlink of the JDK that runs the tests. */
    private static Path jlink() {
        Path jlink = jlink(Path.of(System.getProperty("java.home")));
        return Files.exists(jlink) ? jlink : missing("this Java has no jlink", "the tests on a JDK");
    }

    /** The JDK of a root directory, of which only the modules are there: usr/lib/jvm/java-17-openjdk-arm64. */
    private static Path packagedJava(Path root) throws IOException {
        Path folder = root.resolve("usr/lib/jvm");
        return list(folder).stream().findFirst().orElseGet(() -> missing("there are no modules of Java in " + folder));
    }

    /** A jlink of the version of a packaged JDK, as it takes no other modules. */
    private static Path jlinkFor(Path java) throws IOException {
        String name = java.getFileName().toString();
        String series = name.substring(0, name.lastIndexOf('-') + 1);
        if (series.equals("java-%d-openjdk-".formatted(Runtime.version().feature()))) {
            return jlink();
        }
        return list(Path.of("/usr/lib/jvm")).stream()
                .filter(home -> home.getFileName().toString().startsWith(series))
                .map(Lab::jlink)
                .filter(Files::exists)
                .findFirst()
                .orElseGet(() -> missing(
                        "this Java makes no runtime of the modules of %s, and there is no JDK of its version"
                                .formatted(java),
                        "the tests on a JDK of that version, or install one in /usr/lib/jvm"));
    }

    private static Path jlink(Path home) {
        return home.resolve(Path.of("bin", "jlink"));
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static Path inCache(Machine machine, String name) {
        return cache().resolve(Path.of("kernels", machine.folder(), name));
    }

    private static Path cached(Machine machine, String name) {
        Path file = inCache(machine, name);
        return Files.exists(file) ? file : missing("there is no " + name + " for " + machine.folder());
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("KEXEC4J_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kexec4j"));
    }

    private static String install() {
        return Optional.ofNullable(System.getenv("KEXEC4J_CACHE"))
                .map(cache -> "sudo KEXEC4J_CACHE=" + cache + " " + SETUP)
                .orElse("sudo " + SETUP);
    }

    /** Skips the test or fails it for want of something that setup gets. */
    static Path missing(String what) {
        return missing(what, install());
    }

    private static Path missing(String what, String remedy) {
        String reason = what + " (run: " + remedy + ")";
        return Boolean.getBoolean("kexec4j.boot.required") ? Assertions.fail(reason) : Assumptions.abort(reason);
    }
}

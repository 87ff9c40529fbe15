package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What the boots need and where it is. What is missing skips the test with the reason and the command that helps; with
 * {@code -Dkexec4j.boot.required=true} it fails the test.
 */
final class Lab {
    private static final String SETUP = "examples/boot-matrix/setup";

    private Lab() {}

    static Path qemu() {
        return Commands.find("qemu-system-x86_64").orElseGet(() -> missing("there is no QEMU", install()));
    }

    static Path busybox() {
        return Commands.find("busybox").orElseGet(() -> missing("there is no busybox", install()));
    }

    /** A firmware with UEFI for QEMU's PC, which forgets its variables when it is switched off. */
    static Path ovmf() {
        Path file = Path.of("/usr/share/ovmf/OVMF.fd");
        return Files.exists(file) ? file : missing("there is no OVMF", install());
    }

    /** The newest kernel that setup found of a series, such as 6.12. */
    static Kernel kernel(String series) throws IOException {
        Path file = kernelFile(series);
        return Kernel.read(Files.exists(file) ? file : missing("there is no kernel " + series, install()));
    }

    /** The release of that kernel; while it is missing or damaged, the series. */
    static String release(String series) {
        try {
            return Kernel.read(kernelFile(series)).release();
        } catch (IOException e) {
            return series;
        }
    }

    /** The newest Xen that setup found, compressed by gzip. */
    static Path xen() {
        return cached("xen/xen.gz");
    }

    /** What makes a unified kernel image of sections that are added to it: the program of systemd for x86_64. */
    static Path ukiStub() {
        return cached("systemd-stub/linuxx64.efi.stub");
    }

    /** A program of this machine that is not on every one. */
    static Path tool(String name) {
        return Commands.find(name).orElseGet(() -> missing("there is no " + name, install()));
    }

    /** The module of that kernel, compressed by xz, that shows EFI's variables as files. */
    static Path efivarfs(String series) {
        Path file = kernelFile(series).resolveSibling("efivarfs.ko.xz");
        return Files.exists(file) ? file : missing("there is no module efivarfs for kernel " + series, install());
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

    private static Path tinyKernel(String file) {
        return Path.of("../quickstart/src/main/resources/io/kexec4j/examples/quickstart")
                .resolve(file);
    }

    /** The SDK's command, which the first guest runs. */
    static Path kexecJar() {
        Path jar = Path.of("../kexec-cli/target/kexec.jar");
        return Files.exists(jar) ? jar : missing("kexec.jar is not built", "mvn verify");
    }

    /** The jlink of the JDK that runs the tests, which has to be one for the guest's architecture. */
    static Path jlink() {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return missing(
                    "the guest's Java runtime is made from this one, which is not for x86_64",
                    "the tests on a JDK for x86_64");
        }
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        return Files.exists(jlink) ? jlink : missing("this Java has no jlink", "the tests on a JDK");
    }

    private static Path kernelFile(String series) {
        return cache().resolve(Path.of("kernels", "x86_64", series, "vmlinuz"));
    }

    private static Path cached(String name) {
        Path file = cache().resolve(Path.of("kernels", "x86_64", name));
        return Files.exists(file) ? file : missing("there is no " + name, install());
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

    private static Path missing(String what, String remedy) {
        String reason = what + " (run: " + remedy + ")";
        return Boolean.getBoolean("kexec4j.boot.required") ? Assertions.fail(reason) : Assumptions.abort(reason);
    }
}

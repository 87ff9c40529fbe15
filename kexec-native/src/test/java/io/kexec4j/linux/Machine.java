package io.kexec4j.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Files in which a kernel tells about itself, below a directory. */
final class Machine {
    private static final String SECURE_BOOT =
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    final Path root;

    Machine(Path root) {
        this.root = root;
    }

    Machine file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Machine file(String name, byte[] bytes) {
        try {
            Files.createDirectories(root.resolve(name).resolveSibling("."));
            Files.write(root.resolve(name), bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Machine configuration(String text) {
        file("proc/config.gz", "");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(root.resolve("proc/config.gz")))) {
            file.write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Words for facts; {@code -} for none. */
    Machine with(String facts) {
        for (String fact : facts.split(" ", -1)) {
            switch (fact) {
                case "-" -> {}
                case "lockdown" -> file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
                case "confidential" -> file("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
                case "unlocked" -> file("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
                case "secureboot" -> file(SECURE_BOOT, new byte[] {6, 0, 0, 0, 1});
                case "insecureboot" -> file(SECURE_BOOT, new byte[] {6, 0, 0, 0, 0});
                case "ima" ->
                    file("sys/kernel/security/ima/policy", "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n");
                case "kho" -> file("proc/cmdline", "root=/dev/vda1 kho=on\n");
                case "image" -> configuration("CONFIG_KEXEC=y\n# CONFIG_KEXEC_FILE is not set\n");
                case "files" -> configuration("# CONFIG_KEXEC is not set\nCONFIG_KEXEC_FILE=y\n");
                case "neither" -> configuration("# CONFIG_KEXEC is not set\n");
                case "unsigned" -> configuration("CONFIG_KEXEC=y\nCONFIG_KEXEC_FILE=y\nCONFIG_IMA=y\n");
                case "disabled" -> file("proc/sys/kernel/kexec_load_disabled", "1\n");
                case "limit" -> file("proc/sys/kernel/kexec_load_limit_reboot", "0\n");
                case "unreserved" -> file("sys/kernel/kexec_crash_size", "0\n");
                case "paniclimit" -> file("proc/sys/kernel/kexec_load_limit_panic", "0\n");
                case "user" -> file("proc/self/status", "CapEff:\t0000000000000000\nSeccomp:\t0\n");
                default -> throw new IllegalArgumentException(fact);
            }
        }
        return this;
    }

    KernelState state() {
        return KernelState.read(root);
    }
}

package io.kexec4j.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * What decides which of the two calls the running kernel takes. Each fact is empty if it is not known.
 *
 * @param secureBoot whether the firmware has checked what it has started, and the kernel believes it (EFI)
 * @param imaAppraisal whether IMA demands that kernels are signed
 * @param handover whether the kernel keeps memory for its successor (Kexec HandOver)
 * @param imageCall whether it was built with kexec_load ({@code CONFIG_KEXEC})
 * @param fileCall whether it was built with kexec_file_load ({@code CONFIG_KEXEC_FILE})
 * @param signatures whether it refuses kexec_load under Secure Boot ({@code CONFIG_KEXEC_SIG} with {@code CONFIG_IMA})
 */
record KernelPolicy(
        Optional<Boolean> secureBoot,
        Optional<Boolean> imaAppraisal,
        Optional<Boolean> handover,
        Optional<Boolean> imageCall,
        Optional<Boolean> fileCall,
        Optional<Boolean> signatures) {
    private static final String EFI_GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final String SHIM = "-605dab50-e046-4300-abb6-3dd810dd8b23";
    /** Four bytes of attributes and one of data. */
    private static final int EFI_FLAG_BYTES = 5;
    /** A configuration has about 300 KiB. */
    private static final int LARGEST_CONFIGURATION = 4 << 20;

    private static final Pattern APPRAISES_KERNELS = Pattern.compile("(?m)^appraise\\b.*\\bfunc=KEXEC_KERNEL_CHECK\\b");
    /** What the kernel's kstrtobool takes for true. */
    private static final List<String> TRUE = List.of("1", "y", "Y", "t", "T", "on", "On", "oN", "ON");

    /**
     * Reads what there is.
     *
     * @param root / or a directory with a copy of its files
     * @param release what {@code uname -r} prints
     */
    static KernelPolicy read(Path root, Optional<String> release) {
        Optional<List<String>> arguments = text(root.resolve("proc/cmdline"))
                .map(line -> Arrays.asList(line.strip().split("\\s+")));
        Optional<String> configuration = configuration(root, release);
        return new KernelPolicy(
                secureBoot(root.resolve("sys/firmware/efi/efivars")),
                imaAppraisal(root, arguments),
                handover(root, arguments, configuration),
                configuration.map(has("KEXEC")),
                configuration.map(has("KEXEC_FILE")),
                configuration.map(
                        text -> has("KEXEC_SIG").apply(text) && has("IMA").apply(text)));
    }

    /** As drivers/firmware/efi/libstub/secureboot.c: not while keys are enrolled, and not if shim was told to check nothing. */
    private static Optional<Boolean> secureBoot(Path variables) {
        return efiFlag(variables.resolve("SecureBoot" + EFI_GLOBAL))
                .map(on -> on
                        && !efiFlag(variables.resolve("SetupMode" + EFI_GLOBAL)).orElse(false)
                        && !efiFlag(variables.resolve("MokSBStateRT" + SHIM)).orElse(false));
    }

    private static Optional<Boolean> efiFlag(Path variable) {
        try {
            byte[] value = Files.readAllBytes(variable);
            return value.length == EFI_FLAG_BYTES ? Optional.of(value[EFI_FLAG_BYTES - 1] == 1) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The policy in force tells for sure; it can be read only by root, and only of some kernels. The command line hints at it. */
    private static Optional<Boolean> imaAppraisal(Path root, Optional<List<String>> arguments) {
        boolean reportsOnly = arguments
                .flatMap(all -> last(all, "ima_appraise"))
                .map(mode -> !mode.equals("enforce"))
                .orElse(false);
        Optional<String> policy = text(root.resolve("sys/kernel/security/ima/policy"));
        if (policy.isPresent() && !policy.get().isBlank()) {
            return Optional.of(
                    !reportsOnly && APPRAISES_KERNELS.matcher(policy.get()).find());
        }
        return arguments.map(all -> !reportsOnly
                // ima_appraise alone closes nothing: it says what becomes of a rule for kernels, and is none.
                && values(all, "ima_policy").stream()
                        .anyMatch(names -> Arrays.asList(names.split("\\|", -1)).contains("secure_boot")));
    }

    private static Optional<Boolean> handover(
            Path root, Optional<List<String>> arguments, Optional<String> configuration) {
        // Made only if it is on, whatever the default of the kernel is.
        return Files.isDirectory(root.resolve("sys/kernel/debug/kho"))
                ? Optional.of(true)
                : arguments
                        .flatMap(all -> last(all, "kho"))
                        .map(TRUE::contains)
                        // That it is off by default is not told: the kernel may be another, or older than the option.
                        .or(() -> configuration
                                .map(has("KEXEC_HANDOVER_ENABLE_DEFAULT"))
                                .filter(on -> on));
    }

    private static Optional<String> last(List<String> arguments, String name) {
        List<String> values = values(arguments, name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    private static List<String> values(List<String> arguments, String name) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(name + "="))
                .map(argument -> argument.substring(name.length() + 1).replace("\"", ""))
                .toList();
    }

    private static Optional<String> configuration(Path root, Optional<String> release) {
        try (InputStream file = new GZIPInputStream(Files.newInputStream(root.resolve("proc/config.gz")))) {
            return Optional.of(new String(file.readNBytes(LARGEST_CONFIGURATION), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return release.filter(Predicate.not(name -> name.contains("/")))
                    .flatMap(name -> text(root.resolve("boot").resolve("config-" + name)))
                    .filter(text -> text.contains("CONFIG_"));
        }
    }

    private static Function<String, Boolean> has(String option) {
        Pattern line = Pattern.compile("(?m)^CONFIG_" + option + "=y$");
        return text -> line.matcher(text).find();
    }

    private static Optional<String> text(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            return Optional.of(new String(stream.readNBytes(LARGEST_CONFIGURATION), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

package io.kexec4j.examples.cli;

import io.kexec4j.boot.x86.JumpBackImage;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.LoadForm;
import io.kexec4j.linux.LoadMode;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What has to do with a kernel that starts another one and goes on afterwards. */
final class JumpBack {
    /** Why kexec_file_load cannot. */
    static final String ENTRY = "--entry: kexec_file_load begins where it likes";

    private static final String NO_FILES = "a jump back is no kernel file";

    private JumpBack() {}

    /** The image that jumps back, which has no kernel in it. */
    static Loading helper(Options options, LoadMode mode, Path root) throws IOException {
        if (!options.kernels.isEmpty() || options.loadPreserveContext || options.kernel.areGivenForAKernel()) {
            throw new IllegalArgumentException(
                    "--load-jump-back-helper loads no kernel; leave it and the options for one out");
        }
        if (options.noCma) {
            throw new IllegalArgumentException(Loading.NO_CMA);
        }
        if (!hasEntry(options)) {
            throw new IllegalArgumentException(
                    "say with --entry where the other kernel waits: what kexec_jump_back_entry="
                            + " says in /proc/cmdline");
        }
        Target target = Loading.target(root, Optional.ofNullable(options.architecture));
        long entry = Optional.ofNullable(options.entry).orElse(0L);
        KexecImage image = JumpBackImage.of(target, Loading.window(options.kernel), entry);
        return new Loading(
                target, new LoadPlan(mode, ImageSlot.NORMAL, LoadForm.of(image), LoadForm.impossible(NO_FILES)));
    }

    /** Refuses to keep the running kernel if nothing is said of what the other one may use. */
    static void check(Options options) {
        if (options.loadPreserveContext && options.kernel.memMax == null) {
            throw new IllegalArgumentException(
                    "--load-preserve-context keeps the memory that the second kernel may use; say with --mem-max where that ends");
        }
    }

    /** Whether execution is to begin elsewhere than the image says. */
    static boolean hasEntry(Options options) {
        return Optional.ofNullable(options.entry).orElse(0L) != 0;
    }

    /** The image, beginning where the user wants. */
    static KexecImage withEntry(KexecImage image, Options options) {
        return hasEntry(options)
                ? image.withEntry(Optional.ofNullable(options.entry).orElse(0L))
                : image;
    }
}

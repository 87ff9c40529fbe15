package io.kexec4j.linux;

import io.kexec4j.error.UnsupportedCombinationException;
import java.util.Optional;

/**
 * Which call loads something, and why.
 *
 * @param call the system call
 * @param reason why it was chosen, as a clause for people
 */
public record LoadChoice(LoadCall call, String reason) {
    static final String HANDOVER = "Kexec HandOver is on, and only kexec_file_load passes on what the kernel keeps";
    static final String HANDOVER_LOST = "what Kexec HandOver keeps is lost";

    /**
     * Why each call cannot load something; empty if it can, as far as it is known.
     *
     * @param image why kexec_load cannot
     * @param files why kexec_file_load cannot
     */
    record Obstacles(Optional<String> image, Optional<String> files) {
        static final Obstacles NONE = new Obstacles(Optional.empty(), Optional.empty());

        Optional<String> of(LoadCall call) {
            return call == LoadCall.KEXEC_LOAD ? image : files;
        }

        Obstacles with(LoadCall call, String why) {
            return call == LoadCall.KEXEC_LOAD
                    ? new Obstacles(Optional.of(why), files)
                    : new Obstacles(image, Optional.of(why));
        }

        /** With what the running kernel forbids or lacks; the request's own obstacles are named first. */
        Obstacles with(LinuxAbi abi, KernelState state) {
            return new Obstacles(
                    image.or(() -> forbidden(state)).or(() -> missing(LoadCall.KEXEC_LOAD, state)),
                    files.or(() -> unimplemented(abi)).or(() -> missing(LoadCall.KEXEC_FILE_LOAD, state)));
        }

        private static Optional<String> forbidden(KernelState state) {
            return state.forbidsImages();
        }

        private static Optional<String> unimplemented(LinuxAbi abi) {
            return abi.kexecFileLoad().isPresent() && abi.hasFileLoad()
                    ? Optional.empty()
                    : Optional.of("Linux has no kexec_file_load on %s"
                            .formatted(abi.names().get(0)));
        }

        private static Optional<String> missing(LoadCall call, KernelState state) {
            Optional<Boolean> there = call == LoadCall.KEXEC_LOAD
                    ? state.policy().imageCall()
                    : state.policy().fileCall();
            return there.orElse(true)
                    ? Optional.empty()
                    : Optional.of("the running kernel was built without %s".formatted(call.label()));
        }
    }

    /**
     * Chooses. What forbids both calls alike, such as a missing privilege or kernel.kexec_load_disabled, plays no part: the
     * refusal explains it.
     *
     * @param mode which call is wanted
     * @param slot where the image goes
     * @param own why the request itself cannot be expressed for a call
     * @throws UnsupportedCombinationException if no permitted call can load it; the message has the reason of each
     */
    static LoadChoice of(LoadMode mode, ImageSlot slot, Obstacles own, LinuxAbi abi, KernelState state) {
        return switch (mode) {
            case KEXEC_LOAD -> wanted(LoadCall.KEXEC_LOAD, own, slot, state);
            case KEXEC_FILE_LOAD -> wanted(LoadCall.KEXEC_FILE_LOAD, own, slot, state);
            case AUTO -> best(slot, own, own.with(abi, state), state);
        };
    }

    /** What the kernel thinks of it, it shall say itself. */
    private static LoadChoice wanted(LoadCall call, Obstacles own, ImageSlot slot, KernelState state) {
        own.of(call).ifPresent(why -> {
            throw new UnsupportedCombinationException(
                    "%s was asked for, but it cannot load this: %s".formatted(call.label(), why));
        });
        return new LoadChoice(call, "it was asked for" + loss(call, slot, state));
    }

    private static LoadChoice best(ImageSlot slot, Obstacles own, Obstacles obstacles, KernelState state) {
        if (obstacles.image().isPresent() && obstacles.files().isPresent()) {
            throw neither(obstacles.image().get(), obstacles.files().get(), own);
        }
        if (obstacles.image().isPresent()) {
            return new LoadChoice(LoadCall.KEXEC_FILE_LOAD, obstacles.image().get());
        }
        if (obstacles.files().isPresent()) {
            return new LoadChoice(
                    LoadCall.KEXEC_LOAD, obstacles.files().get() + loss(LoadCall.KEXEC_LOAD, slot, state));
        }
        return keepsForSuccessor(slot, state)
                ? new LoadChoice(LoadCall.KEXEC_FILE_LOAD, HANDOVER)
                : new LoadChoice(
                        LoadCall.KEXEC_LOAD, "nothing forbids it, and it starts every kernel with every option");
    }

    private static UnsupportedCombinationException neither(String image, String files, Obstacles own) {
        if (image.equals(files)) {
            return new UnsupportedCombinationException(image);
        }
        // What the kernel forbids can be a guess, from its command line or a configuration; the request is none.
        String advice = own.image().isPresent() ? "" : "; ask for kexec_load to have it tried nevertheless";
        return new UnsupportedCombinationException(
                "neither call can load this: not kexec_load, because %s; not kexec_file_load, because %s%s"
                        .formatted(image, files, advice));
    }

    /** What is lost by a call, as the end of a reason. */
    static String loss(LoadCall call, ImageSlot slot, KernelState state) {
        return loses(call, slot, state) ? "; " + HANDOVER_LOST : "";
    }

    static boolean loses(LoadCall call, ImageSlot slot, KernelState state) {
        return call == LoadCall.KEXEC_LOAD && keepsForSuccessor(slot, state);
    }

    /** A crash kernel is never handed anything over. */
    private static boolean keepsForSuccessor(ImageSlot slot, KernelState state) {
        return slot == ImageSlot.NORMAL && state.policy().handover().orElse(false);
    }

    /**
     * {@return the choice as one clause for people: the call and the reason}
     */
    public String describe() {
        return "using %s: %s".formatted(call.label(), reason);
    }
}

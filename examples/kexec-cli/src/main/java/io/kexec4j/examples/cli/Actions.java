package io.kexec4j.examples.cli;

import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.LoadMode;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What is to be done, in this order: unload, load, execute. As in kexec-tools, a later option overrides an earlier one:
 * {@code -l -e} only executes, {@code -e -l} and {@code -f -l} only load, {@code -u -l} unloads and loads. {@code -p} says, wherever it
 * stands, that all is about the kernel for a panic; with {@code -u} and no kernel it does not load.
 *
 * @param slot what is unloaded or loaded
 * @param unload whether to empty the slot
 * @param load whether to load
 * @param execute whether to start what is loaded
 * @param mode which system call loads
 */
record Actions(ImageSlot slot, boolean unload, boolean load, boolean execute, LoadMode mode) {
    private static final Actions NONE = new Actions(ImageSlot.NORMAL, false, false, false, LoadMode.AUTO);

    /**
     * From the options in the order in which they were given.
     *
     * @param hasKernel whether there is anything to load
     */
    static Actions of(List<OptionSpec> options, boolean hasKernel) {
        Actions actions = NONE;
        for (OptionSpec option : options) {
            actions = switch (option.longestName()) {
                case "--load", "--load-preserve-context", "--load-jump-back-helper" ->
                    new Actions(actions.slot, actions.unload, true, false, actions.mode);
                case "--load-panic" -> new Actions(ImageSlot.CRASH, actions.unload, true, false, actions.mode);
                case "--force" -> new Actions(actions.slot, actions.unload, true, true, actions.mode);
                case "--exec" -> new Actions(actions.slot, actions.unload, false, true, actions.mode);
                case "--unload" -> new Actions(actions.slot, true, false, actions.execute, actions.mode);
                case "--kexec-syscall" -> actions.with(LoadMode.KEXEC_LOAD);
                case "--kexec-file-syscall" -> actions.with(LoadMode.KEXEC_FILE_LOAD);
                case "--kexec-syscall-auto" -> actions.with(LoadMode.AUTO);
                default -> actions;
            };
        }
        return actions.slot == ImageSlot.CRASH && actions.unload && !hasKernel ? actions.withoutLoad() : actions;
    }

    private Actions with(LoadMode wanted) {
        return new Actions(slot, unload, load, execute, wanted);
    }

    private Actions withoutLoad() {
        return new Actions(slot, unload, false, execute, mode);
    }

    boolean isNone() {
        return !unload && !load && !execute;
    }
}

package io.kexec4j.examples.cli;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What is to be done, in this order: unload, load, execute. As in kexec-tools, a later option overrides an earlier one:
 * {@code -l -e} only executes, {@code -e -l} and {@code -f -l} only load, {@code -u -l} unloads and loads.
 *
 * @param unload whether to empty the slot
 * @param load whether to load
 * @param execute whether to start what is loaded
 */
record Actions(boolean unload, boolean load, boolean execute) {
    private static final Actions NONE = new Actions(false, false, false);

    /** From the options in the order in which they were given. */
    static Actions of(List<OptionSpec> options) {
        Actions actions = NONE;
        for (OptionSpec option : options) {
            actions = switch (option.longestName()) {
                case "--load" -> new Actions(actions.unload, true, false);
                case "--force" -> new Actions(actions.unload, true, true);
                case "--exec" -> new Actions(actions.unload, false, true);
                case "--unload" -> new Actions(true, false, actions.execute);
                default -> actions;
            };
        }
        return actions;
    }

    boolean isNone() {
        return equals(NONE);
    }
}

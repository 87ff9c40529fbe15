package io.kexec4j.purgatory;

import java.util.List;
import java.util.Optional;

/**
 * What the builders of all settings collect.
 *
 * @param <C> the consoles that the purgatory can print on
 * @param <B> the builder itself
 */
abstract sealed class SettingsBuilder<C extends PurgatoryConsole, B extends SettingsBuilder<C, B>>
        permits Arm64PurgatorySettings.Builder, Ppc64PurgatorySettings.Builder, X86PurgatorySettings.Builder {
    List<SegmentCheck> checks = List.of();
    MismatchAction onMismatch = MismatchAction.RESET;
    Optional<C> console = Optional.empty();

    abstract B self();

    /**
     * Sets the segments to verify.
     *
     * @param segments in the order in which to do it, at most {@value Purgatory#MAX_CHECKS}
     * @return this
     */
    public B checks(List<SegmentCheck> segments) {
        checks = List.copyOf(segments);
        return self();
    }

    /**
     * Sets what to do if a segment is damaged.
     *
     * @param action what to do; {@link MismatchAction#HALT} needs a console
     * @return this
     */
    public B onMismatch(MismatchAction action) {
        onMismatch = action;
        return self();
    }

    /**
     * Sets the console to print on.
     *
     * @param wanted the console
     * @return this
     */
    public B console(C wanted) {
        console = Optional.of(wanted);
        return self();
    }
}

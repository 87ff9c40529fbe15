package io.kexec4j.linux;

import java.util.List;

/**
 * How something was loaded.
 *
 * @param choice the call that worked, and why it was chosen
 * @param refusals how the kernel refused what was tried before, in order; empty if the first call worked
 * @param updates how a crash image stays true when CPUs and memory come and go; {@link Kexec#crashHotplug()} asks the kernel itself
 * @param remarks what was decided at submission on the user's behalf, and what is lost by it, each a sentence for people without a full stop. Those of
 *     the image or the files are not repeated
 */
public record LoadReport(
        LoadChoice choice, List<KexecRefusedException> refusals, CrashUpdates updates, List<String> remarks) {
    /**
     * Copies the lists.
     *
     * @param choice the call that worked
     * @param refusals how the kernel refused what was tried before
     * @param updates how a crash image stays true
     * @param remarks what was decided at submission
     */
    public LoadReport {
        refusals = List.copyOf(refusals);
        remarks = List.copyOf(remarks);
    }

    /**
     * {@return the call that worked}
     */
    public LoadCall call() {
        return choice.call();
    }
}

package io.kexec4j.boot;

import io.kexec4j.crash.CrashPlan;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.bindings.CellCounts;

/**
 * The rules of the architectures whose crash kernels are told by {@code linux,usable-memory-range} what memory they may use, such as
 * arm64 and riscv64: what was set apart, that below 4 GiB last (Linux takes the first range as its main part).
 */
public final class UsableMemoryRange implements TreeRules {
    /** Creates the rules, which have no state. */
    public UsableMemoryRange() {}

    @Override
    public void describeCrash(EditableTree tree, EditableNode chosen, CrashPlan plan) throws FdtException {
        chosen.set(
                StaleHandOver.USABLE_MEMORY,
                CellCounts.below(tree.root())
                        .encode(plan.usable().stream()
                                .map(DeviceTrees::addressRange)
                                .toList()));
    }
}

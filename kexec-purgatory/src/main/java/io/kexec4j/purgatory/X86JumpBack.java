package io.kexec4j.purgatory;

/**
 * A jump back into a kernel that has started another one and waits for its return ({@code KEXEC_PRESERVE_CONTEXT}; Linux,
 * arch/x86/kernel/relocate_kernel_64.S). It is in long mode, as that kernel left it, and the top of the stack is the address at
 * which the kernel that jumps waits itself.
 *
 * <p>The page tables of a kernel that was confined to a part of the memory do not map the other one's, so the jump brings its own:
 * they must map the purgatory, and all memory of the other kernel that it needs until it has its own back, at their addresses.
 *
 * @param entry physical address at which the other kernel waits: {@code kexec_jump_back_entry} on its second kernel's command line
 * @param pageTables physical address of the page tables for CR3 with 4 levels, a multiple of 4096
 * @param pageTables5 the same for 5 levels, which count if the running kernel uses them
 */
public record X86JumpBack(long entry, long pageTables, long pageTables5) implements X86Exit {
    private static final int PAGE = 4096;

    /**
     * Checks the addresses.
     *
     * @param entry physical address at which the other kernel waits
     * @param pageTables physical address of the page tables with 4 levels
     * @param pageTables5 physical address of the page tables with 5 levels
     * @throws IllegalArgumentException if page tables do not begin at a page
     */
    public X86JumpBack {
        if (pageTables % PAGE != 0 || pageTables5 % PAGE != 0) {
            throw new IllegalArgumentException("page tables must begin at multiples of 0x%x, not at 0x%x and 0x%x"
                    .formatted(PAGE, pageTables, pageTables5));
        }
    }
}

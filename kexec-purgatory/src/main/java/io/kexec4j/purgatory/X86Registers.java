package io.kexec4j.purgatory;

import java.util.OptionalLong;

/**
 * The general registers as a kernel finds them that is entered in long mode, in the order that Linux' own loader uses (entry64_regs,
 * arch/x86/include/asm/kexec.h). All values are unsigned.
 *
 * @param rax rax
 * @param rcx rcx
 * @param rdx rdx
 * @param rbx rbx
 * @param rsp rsp; if empty, the end of the purgatory's own stack of 2 KiB, which is what a kernel gets that brings its own
 * @param rbp rbp
 * @param rsi rsi
 * @param rdi rdi
 * @param r8 r8
 * @param r9 r9
 * @param r10 r10
 * @param r11 r11
 * @param r12 r12
 * @param r13 r13
 * @param r14 r14
 * @param r15 r15
 * @param rip physical address of the kernel's first instruction
 */
public record X86Registers(
        long rax,
        long rcx,
        long rdx,
        long rbx,
        OptionalLong rsp,
        long rbp,
        long rsi,
        long rdi,
        long r8,
        long r9,
        long r10,
        long r11,
        long r12,
        long r13,
        long r14,
        long r15,
        long rip)
        implements X86Exit {

    @Override
    public long entry() {
        return rip;
    }

    /**
     * What Linux' 64-bit boot protocol asks for (Documentation/arch/x86/boot.rst, "64-bit Boot Protocol"): rsi points to
     * boot_params, and all else is zero.
     *
     * @param entry physical address of the 64-bit entry: that of the kernel segment plus 0x200
     * @param bootParams physical address of boot_params
     * @return these registers
     */
    public static X86Registers linux64(long entry, long bootParams) {
        return new X86Registers(0, 0, 0, 0, OptionalLong.empty(), 0, bootParams, 0, 0, 0, 0, 0, 0, 0, 0, 0, entry);
    }
}

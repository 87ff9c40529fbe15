package io.kexec4j.purgatory;

/** The state in which the kernel finds the processor: in which mode, and with what in the general registers. */
public sealed interface X86Exit permits X86Registers, X86Registers32, X86RealMode, X86JumpBack {
    /**
     * {@return the physical address of the kernel's first instruction, unsigned}
     */
    long entry();
}

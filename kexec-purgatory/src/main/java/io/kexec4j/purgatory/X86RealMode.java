package io.kexec4j.purgatory;

/**
 * The entry of a kernel's 16-bit setup code in real mode, as a boot loader on a BIOS machine starts it (Linux,
 * Documentation/arch/x86/boot.rst, "Running the Kernel"): DS, ES, FS, GS and SS are the segment that the code was loaded to, CS
 * is 0x20 more, IP is 0, all other registers but SP are 0, and interrupts are off. The interrupt table is the BIOS's at address 0;
 * interrupt controllers and timer are as a BIOS programs them. The purgatory must lie below 1 MiB, since it is where real mode
 * begins.
 *
 * <p>This is only for machines with a BIOS whose memory the running kernel has left alone: the setup code calls it. Nothing here
 * can tell.
 *
 * @param setup physical address of the setup code's first byte, a multiple of 16 below 0xf_fe00
 * @param stack SP: the end of the stack, in bytes from there, a multiple of 4, 4 to 0xfffc
 */
public record X86RealMode(long setup, int stack) implements X86Exit {
    /** How far behind the start of the setup code its first instruction lies: CS is 0x20 paragraphs more than DS. */
    private static final int ENTRY = 0x200;

    private static final int PARAGRAPH = 16;
    private static final long HIGHEST_SETUP = 0xf_ffff - ENTRY;
    private static final int HIGHEST_STACK = 0xfffc;
    private static final int STACK_ALIGNMENT = 4;

    /**
     * Checks that real mode can express the values.
     *
     * @param setup physical address of the setup code
     * @param stack the end of the stack
     * @throws IllegalArgumentException if it cannot
     */
    public X86RealMode {
        if (setup < 0 || setup > HIGHEST_SETUP || setup % PARAGRAPH != 0) {
            throw new IllegalArgumentException(
                    "setup code must lie at a multiple of 16 up to 0x%x, not at 0x%x".formatted(HIGHEST_SETUP, setup));
        }
        if (stack <= 0 || stack > HIGHEST_STACK || stack % STACK_ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "a stack must end at a multiple of 4 up to 0x%x, not at 0x%x".formatted(HIGHEST_STACK, stack));
        }
    }

    @Override
    public long entry() {
        return setup + ENTRY;
    }

    /** The segment that the setup code is loaded to. */
    long segment() {
        return setup / PARAGRAPH;
    }
}

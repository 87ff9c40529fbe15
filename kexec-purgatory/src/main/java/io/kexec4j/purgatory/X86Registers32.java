package io.kexec4j.purgatory;

import java.util.OptionalLong;

/**
 * The general registers as a kernel finds them that is entered in 32-bit protected mode: without paging, with flat segments
 * (0x10 for code, 0x18 for data) and interrupts off, CR0 = PE and ET, CR4 = 0, and EFER.LME off. All values are unsigned and
 * fit into 32 bits. The purgatory must then lie below 4 GiB as well, since it is where paging is switched off.
 *
 * @param eax eax
 * @param ecx ecx
 * @param edx edx
 * @param ebx ebx
 * @param esp esp; if empty, the end of the purgatory's own stack of 2 KiB, which is what a kernel gets that brings its own
 * @param ebp ebp
 * @param esi esi
 * @param edi edi
 * @param eip physical address of the kernel's first instruction
 */
public record X86Registers32(
        long eax, long ecx, long edx, long ebx, OptionalLong esp, long ebp, long esi, long edi, long eip)
        implements X86Exit {
    private static final long MULTIBOOT_MAGIC = 0x2bad_b002L;
    private static final long MULTIBOOT2_MAGIC = 0x36d7_6289L;

    /**
     * Checks that the values fit.
     *
     * @param eax eax
     * @param ecx ecx
     * @param edx edx
     * @param ebx ebx
     * @param esp esp, or empty for the purgatory's own stack
     * @param ebp ebp
     * @param esi esi
     * @param edi edi
     * @param eip physical address of the kernel's first instruction
     * @throws IllegalArgumentException if a value has more than 32 bits
     */
    public X86Registers32 {
        verify("eax", eax);
        verify("ecx", ecx);
        verify("edx", edx);
        verify("ebx", ebx);
        verify("esp", esp.orElse(0));
        verify("ebp", ebp);
        verify("esi", esi);
        verify("edi", edi);
        verify("eip", eip);
    }

    private static void verify(String name, long value) {
        if (value >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("%s has 32 bits, too few for 0x%x".formatted(name, value));
        }
    }

    @Override
    public long entry() {
        return eip;
    }

    /**
     * What Linux' 32-bit boot protocol asks for (Documentation/arch/x86/boot.rst, "32-bit Boot Protocol"): esi points to
     * boot_params, and all else is zero.
     *
     * @param entry physical address of the 32-bit entry: that of the kernel segment
     * @param bootParams physical address of boot_params
     * @return these registers
     */
    public static X86Registers32 linux32(long entry, long bootParams) {
        return new X86Registers32(0, 0, 0, 0, OptionalLong.empty(), 0, bootParams, 0, entry);
    }

    /**
     * What the Multiboot Specification 0.6.96 asks for (3.2 "Machine state"): a magic number in eax, and ebx points to the
     * information structure.
     *
     * @param entry physical address of the entry
     * @param information physical address of the Multiboot information structure
     * @return these registers
     */
    public static X86Registers32 multiboot(long entry, long information) {
        return new X86Registers32(MULTIBOOT_MAGIC, 0, 0, information, OptionalLong.empty(), 0, 0, 0, entry);
    }

    /**
     * What the Multiboot2 Specification 2.0 asks for (3.2 "I386 machine state"): a magic number in eax, and ebx points to the
     * information structure.
     *
     * @param entry physical address of the entry
     * @param information physical address of the Multiboot2 information structure
     * @return these registers
     */
    public static X86Registers32 multiboot2(long entry, long information) {
        return new X86Registers32(MULTIBOOT2_MAGIC, 0, 0, information, OptionalLong.empty(), 0, 0, 0, entry);
    }
}

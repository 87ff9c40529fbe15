package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.error.MalformedInputException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The header of a kernel for version 1 (Multiboot Specification 0.6.96, "OS image format").
 *
 * @param offset where it begins in the file
 * @param flags its flags, see the constants
 * @param addresses where the parts of the file go, if {@link #ADDRESSES} is set
 * @param entryAddress the physical address of the entry, if {@link #ADDRESSES} is set
 * @param textMode whether {@code mode_type} asks for a text mode, if {@link #VIDEO} is set
 * @param framebuffer the screen that it wants, if {@link #VIDEO} is set
 */
public record Multiboot1Header(
        int offset,
        long flags,
        Optional<Addresses> addresses,
        OptionalLong entryAddress,
        boolean textMode,
        Optional<Framebuffer> framebuffer)
        implements MultibootHeader {
    /** Flag: modules must begin at a page. */
    public static final long PAGE_ALIGN = 1;

    /** Flag: the kernel needs to know the memory, {@code mem_lower} and {@code mem_upper} at least. */
    public static final long MEMORY_INFO = 1 << 1;

    /** Flag: the kernel needs to know the video mode. */
    public static final long VIDEO = 1 << 2;

    /** Flag: the header has addresses, which count instead of those of the ELF file. */
    public static final long ADDRESSES = 1 << 16;

    static final long MAGIC = 0x1bad_b002L;
    static final int SEARCH = 8192;
    static final int ALIGNMENT = 4;
    static final int SIZE = 12;

    private static final long REQUIREMENTS = 0xffff;

    static Multiboot1Header read(ByteView head, int offset) throws MalformedInputException {
        long flags = head.u32(offset + 4);
        long unknown = flags & REQUIREMENTS & ~(PAGE_ALIGN | MEMORY_INFO | VIDEO);
        head.verify(unknown == 0, offset + 4, "flags must ask for nothing unknown, ask for 0x%04x".formatted(unknown));
        boolean placed = (flags & ADDRESSES) != 0;
        boolean video = (flags & VIDEO) != 0;
        return new Multiboot1Header(
                offset,
                flags,
                placed
                        ? Optional.of(new Addresses(
                                head.u32(offset + 12),
                                head.u32(offset + 16),
                                head.u32(offset + 20),
                                head.u32(offset + 24)))
                        : Optional.empty(),
                placed ? OptionalLong.of(head.u32(offset + 28)) : OptionalLong.empty(),
                video && head.u32(offset + 32) == 1,
                video
                        ? Optional.of(
                                new Framebuffer(head.u32(offset + 36), head.u32(offset + 40), head.u32(offset + 44)))
                        : Optional.empty());
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public boolean alignsModules() {
        return (flags & PAGE_ALIGN) != 0;
    }
}

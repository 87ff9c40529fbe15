package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The header of a kernel for version 2 (Multiboot2 Specification 2.0, "OS image format").
 *
 * @param offset where it begins in the file
 * @param architecture for which machine: 0 for i386 in 32-bit protected mode, 4 for MIPS
 * @param requests the types of information that the kernel asks for
 * @param addresses where the parts of the file go, if the header says so
 * @param entryAddress the physical address of the entry, if the header has one
 * @param consoleFlags {@code console_flags}, if the header has them: bit 0, there must be a console; bit 1, text is possible
 * @param framebuffer the screen that it wants, if the header says so
 * @param alignsModules whether modules must begin at a page
 * @param bootServices whether the kernel demands that EFI boot services are left running, which no kexec can do; not if it
 *     would only make use of them
 * @param efi32Entry the physical address of the entry for 32-bit EFI, if there is one
 * @param efi64Entry the physical address of the entry for 64-bit EFI, if there is one
 * @param relocatable where else the kernel can go, if it can
 * @param unknownTags tags of other types; all of them are optional
 */
public record Multiboot2Header(
        int offset,
        int architecture,
        List<Request> requests,
        Optional<Addresses> addresses,
        OptionalLong entryAddress,
        OptionalLong consoleFlags,
        Optional<Framebuffer> framebuffer,
        boolean alignsModules,
        boolean bootServices,
        OptionalLong efi32Entry,
        OptionalLong efi64Entry,
        Optional<Relocatable> relocatable,
        List<Tag> unknownTags)
        implements MultibootHeader {
    static final long MAGIC = 0xe852_50d6L;
    static final int SEARCH = 32768;
    static final int ALIGNMENT = 8;
    static final int SIZE = 16;

    /**
     * Information that the kernel asks for.
     *
     * @param type the type of the tag, an unsigned 32-bit number: for example 6 for the memory map
     * @param optional whether the kernel starts without it too
     */
    public record Request(long type, boolean optional) {}

    /**
     * A kernel that can be moved.
     *
     * @param min the lowest physical address that it can be loaded at, an unsigned 32-bit number
     * @param max the highest physical address that it may end at
     * @param alignment of its first byte, in bytes
     * @param preference 0 for none, 1 for as low as possible, 2 for as high as possible
     */
    public record Relocatable(long min, long max, long alignment, long preference) {}

    /**
     * A tag of a type that is not known here.
     *
     * @param type its type, 0 to 0xffff
     * @param flags its flags, of which bit 0 says that it is optional
     * @param content what follows its size
     */
    public record Tag(int type, int flags, Content content) {}

    /**
     * Copies the lists.
     *
     * @param offset where it begins in the file
     * @param architecture for which machine
     * @param requests the types of information that the kernel asks for
     * @param addresses where the parts of the file go
     * @param entryAddress the physical address of the entry
     * @param consoleFlags {@code console_flags}
     * @param framebuffer the screen that it wants
     * @param alignsModules whether modules must begin at a page
     * @param bootServices whether the kernel wants EFI boot services
     * @param efi32Entry the entry for 32-bit EFI
     * @param efi64Entry the entry for 64-bit EFI
     * @param relocatable where else the kernel can go
     * @param unknownTags tags of other types
     */
    public Multiboot2Header {
        requests = List.copyOf(requests);
        unknownTags = List.copyOf(unknownTags);
    }

    @Override
    public int version() {
        return 2;
    }
}

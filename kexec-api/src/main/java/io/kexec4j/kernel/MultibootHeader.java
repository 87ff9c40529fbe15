package io.kexec4j.kernel;

import java.util.Optional;
import java.util.OptionalLong;

/** A multiboot header: what a kernel says to boot loaders that know the Multiboot Specification, version 1 or 2. */
public sealed interface MultibootHeader permits Multiboot1Header, Multiboot2Header {
    /**
     * {@return the version of the specification: 1 or 2}
     */
    int version();

    /**
     * {@return where the header begins, in bytes from the start of the file}
     */
    int offset();

    /**
     * {@return whether modules must begin at a page}
     */
    boolean alignsModules();

    /**
     * {@return the physical address of the entry, if the header has one; otherwise that of the ELF file counts}
     */
    OptionalLong entryAddress();

    /**
     * {@return where the parts of the file go, if the header says so; otherwise the ELF file does}
     */
    Optional<Addresses> addresses();

    /**
     * Where a file that is no ELF file goes ("a.out kludge"), as the header has it. All are physical addresses, unsigned 32-bit
     * numbers.
     *
     * @param header where the header itself will lie
     * @param load where the first byte that is loaded goes
     * @param loadEnd behind the last byte from the file; 0 if everything up to the end of the file is loaded
     * @param bssEnd behind the zeroes that follow it; 0 if there are none
     */
    record Addresses(long header, long load, long loadEnd, long bssEnd) {}

    /**
     * What a kernel wants the screen to be. Each number is unsigned, and 0 if it does not matter.
     *
     * @param width columns of pixels or characters
     * @param height rows of pixels or characters
     * @param depth bits for a pixel; 0 for text, or if it does not matter
     */
    record Framebuffer(long width, long height, long depth) {}
}

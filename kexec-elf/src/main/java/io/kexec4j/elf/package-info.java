/**
 * ELF files as values: reading them, writing them, and linking a relocatable object at an address.
 *
 * <h2>The parts of a file</h2>
 *
 * <p>An ELF file is a {@linkplain io.kexec4j.elf.ElfHeader header}, content, and two tables that describe the same content
 * for two readers.
 *
 * <ul>
 *   <li>The {@linkplain io.kexec4j.elf.ProgramHeader program headers} describe <em>segments</em>, for whoever loads the
 *       file: these bytes go to this address, with so many zeroes after them. Kernels, executables and core dumps have
 *       them.
 *   <li>The {@linkplain io.kexec4j.elf.Section section headers} describe <em>sections</em>, for linkers and debuggers:
 *       named parts such as .text, .data and .bss, and tables of {@linkplain io.kexec4j.elf.Symbol symbols} and
 *       {@linkplain io.kexec4j.elf.Relocation relocations}. An executable may come without them.
 *   <li>{@linkplain io.kexec4j.elf.Note Notes} are small typed messages, which both tables can point to.
 * </ul>
 *
 * <p>{@link io.kexec4j.elf.ElfFile} reads all of this, for 32 and 64 bits and both byte orders:
 *
 * <pre>{@code
 * ElfFile kernel = ElfFile.parse(channel.map(MapMode.READ_ONLY, 0, channel.size()));
 * for (ProgramHeader segment : kernel.programHeaders()) {
 *     if (segment.type() == ProgramHeader.PT_LOAD) {
 *         load(segment.physicalAddress(), kernel.content(segment), segment.memorySize());
 *     }
 * }
 * }</pre>
 *
 * <p>{@link io.kexec4j.elf.ElfLayout} is the way back, for files with segments: it makes the header, the program headers and
 * the notes, and says where in the file the content of each segment goes.
 *
 * <h2>Dumps of memory</h2>
 *
 * <p>A kernel that is started to dump the memory of a crashed one makes a core file of it, of many gigabytes. It learns from a
 * {@link io.kexec4j.elf.CoreHeader} what that file has: {@linkplain io.kexec4j.elf.CoreNotes notes} of each processor and of the
 * kernel, and {@linkplain io.kexec4j.elf.CoreMemory ranges} of memory. Among the notes of a dump, {@link
 * io.kexec4j.elf.Vmcoreinfo} is what the crashed kernel said about itself.
 *
 * <h2>Linking</h2>
 *
 * <p>A <em>relocatable object</em> is what a compiler writes. It has sections but no segments: its sections have no
 * addresses yet, and each place in them that needs one is named by a relocation ("store here the address of this symbol
 * plus 8"). {@link io.kexec4j.elf.RelocatableObject} lays the sections out one after the other; its {@code link} applies
 * the relocations for an address and gives a {@link io.kexec4j.elf.LinkedObject}, whose bytes run there and nowhere else.
 * Its global variables can be found and set:
 *
 * <pre>{@code
 * RelocatableObject object = RelocatableObject.parse(bytes);
 * LinkedObject linked = object.link(0x1_0000_0000L).patch("kernel_entry", entryAsLittleEndianBytes);
 * load(linked.address(), linked.content(), linked.memorySize());
 * jump(linked.symbolAddress("start"));
 * }</pre>
 *
 * <p>Where the ABI lets the symbol of a function be something else than its code (big-endian ppc64), or wants registers to be set
 * before a jump, {@link io.kexec4j.elf.RelocatableObject} says so.
 *
 * <h2>Numbers and errors</h2>
 *
 * <p>Addresses, offsets and sizes are unsigned 64-bit numbers in a {@code long}; compare them with
 * {@link java.lang.Long#compareUnsigned}. Codes (types, machines) stay numbers, so that unknown ones survive.
 *
 * <p>Whatever the bytes of a file are, {@link io.kexec4j.elf.ElfFormatException} is the only exception that they can cause,
 * and memory is only taken in proportion to the size of the file (in an object to link, each section may add less than 64 KiB of
 * padding, up to 64 MiB in all). What a caller gets wrong, such as the name of a symbol, is an {@link
 * java.lang.IllegalArgumentException}.
 *
 * @see <a href="https://gabi.xinuos.com/">System V ABI, the generic part (gABI)</a>
 */
@NullMarked
package io.kexec4j.elf;

import org.jspecify.annotations.NullMarked;

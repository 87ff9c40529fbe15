/**
 * Images in files: to keep one, to send it to the machine that will run it, or to look at it with other tools.
 *
 * <h2>The container</h2>
 *
 * <p>{@link io.kexec4j.container.ImageContainer} writes an image as one ELF file and reads it again, equal. The file is a
 * 64-bit one, whatever the architecture, since physical addresses have 64 bits; it is in the byte order of the architecture. readelf shows it,
 * and any loader of ELF files could put its segments in place.
 *
 * <table>
 *   <caption>What stands where</caption>
 *   <tr><th>ELF</th><th>image</th></tr>
 *   <tr><td>e_type</td><td>2, ET_EXEC</td></tr>
 *   <tr><td>e_machine</td><td>architecture</td></tr>
 *   <tr><td>e_entry</td><td>entry</td></tr>
 *   <tr><td>first program header</td><td>PT_NOTE: the notes, which lie within the first MiB of the file</td></tr>
 *   <tr><td>each other program header</td><td>PT_LOAD: a segment, in ascending order; at most 16</td></tr>
 *   <tr><td>p_paddr and p_vaddr</td><td>address of the segment</td></tr>
 *   <tr><td>p_memsz</td><td>size of its range in bytes</td></tr>
 *   <tr><td>p_filesz</td><td>size of its content in bytes; the rest is zero</td></tr>
 *   <tr><td>p_offset</td><td>where its content lies, at a multiple of the page size (of 64 KiB if that is less), so that it can be mapped</td></tr>
 * </table>
 *
 * <p>The name of all notes is {@code kexec4j}. They come in this order: one of type 1, one of type 2 for each segment in the
 * order of the program headers, any number of type 3. Numbers are in the byte order of the file, texts in UTF-8 without a NUL.
 *
 * <table>
 *   <caption>The notes of version 1</caption>
 *   <tr><th>type</th><th>offset</th><th>size</th><th>content</th></tr>
 *   <tr><td rowspan="3">1, image</td><td>0</td><td>4</td><td>version of the format: 1</td></tr>
 *   <tr><td>4</td><td>4</td><td>flags of kexec_load, {@code KEXEC_*}, without the architecture</td></tr>
 *   <tr><td>8</td><td>8</td><td>page size in bytes</td></tr>
 *   <tr><td rowspan="4">2, segment</td><td>0</td><td>32</td><td>SHA-256 digest of the content</td></tr>
 *   <tr><td>32</td><td>4</td><td>size of the label in bytes</td></tr>
 *   <tr><td>36</td><td></td><td>label of the role, such as {@code kernel}</td></tr>
 *   <tr><td></td><td></td><td>all that is left: why it lies there</td></tr>
 *   <tr><td>3, remark</td><td>0</td><td></td><td>a remark of the image</td></tr>
 * </table>
 *
 * <p>Whoever changes this increases the version; a reader refuses versions, flags and roles that it does not know.
 *
 * <h2>Single segments</h2>
 *
 * <p>{@link io.kexec4j.container.SegmentFiles} writes the content of each segment to a file of its own, for a disassembler or
 * a hex editor.
 */
@NullMarked
package io.kexec4j.container;

import org.jspecify.annotations.NullMarked;

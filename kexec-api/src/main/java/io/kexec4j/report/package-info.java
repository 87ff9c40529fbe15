/**
 * Images told to people and programs: as JSON, as a drawing on the terminal, as SVG, and the difference of two. All of it is
 * text, the same for the same image, and nothing here changes an image or needs one that can be submitted.
 *
 * <h2>JSON</h2>
 *
 * <p>{@link io.kexec4j.report.ImageJson} gives one object in JSON (RFC 8259) with these members, always all and in this order.
 * Addresses and bits are strings of hexadecimal digits after {@code 0x}, since they have 64 bits and many parsers keep only 53 of
 * a number; sizes are numbers of bytes. Later versions of the SDK may add members; what would break a reader increases {@code
 * format_version}.
 *
 * <table>
 *   <caption>Members</caption>
 *   <tr><th>member</th><th>type</th><th>meaning</th></tr>
 *   <tr><td>{@code format_version}</td><td>number</td><td>1</td></tr>
 *   <tr><td>{@code architecture}</td><td>string</td><td>as {@code uname -m} prints it</td></tr>
 *   <tr><td>{@code page_size}</td><td>number</td><td>of the kernel that will load the image</td></tr>
 *   <tr><td>{@code entry}</td><td>string</td><td>physical address of the entry</td></tr>
 *   <tr><td>{@code flags.names}</td><td>array of strings</td><td>as in linux/kexec.h, for example {@code KEXEC_ON_CRASH}</td></tr>
 *   <tr><td>{@code flags.bits}</td><td>string</td><td>as kexec_load takes them, with the architecture</td></tr>
 *   <tr><td>{@code segments[]}</td><td>array of objects</td><td>in ascending order of addresses</td></tr>
 *   <tr><td>{@code segments[].index}</td><td>number</td><td>from 0</td></tr>
 *   <tr><td>{@code segments[].role}</td><td>string</td><td>{@link io.kexec4j.image.SegmentRole#label}</td></tr>
 *   <tr><td>{@code segments[].address}</td><td>string</td><td>physical address of the first byte</td></tr>
 *   <tr><td>{@code segments[].memory_size}</td><td>number</td><td>of its range</td></tr>
 *   <tr><td>{@code segments[].content_size}</td><td>number</td><td>of its content; the rest of the range is zero</td></tr>
 *   <tr><td>{@code segments[].sha256}</td><td>string</td><td>digest of the content, 64 hexadecimal digits</td></tr>
 *   <tr><td>{@code segments[].reason}</td><td>string</td><td>why it lies there</td></tr>
 *   <tr><td>{@code remarks}</td><td>array of strings</td><td>what was decided on the user's behalf</td></tr>
 *   <tr><td>{@code memory_map[]}</td><td>array of objects</td><td>only if a memory map was given: in ascending order</td></tr>
 *   <tr><td>{@code memory_map[].start}</td><td>string</td><td>physical address of the first byte</td></tr>
 *   <tr><td>{@code memory_map[].end}</td><td>string</td><td>physical address behind the last byte</td></tr>
 *   <tr><td>{@code memory_map[].size}</td><td>number</td><td>in bytes</td></tr>
 *   <tr><td>{@code memory_map[].type}</td><td>string</td><td>what Linux calls it</td></tr>
 *   <tr><td>{@code memory_map[].e820_code}</td><td>number or null</td><td>its type in an e820 table, null if it has none</td></tr>
 * </table>
 */
@NullMarked
package io.kexec4j.report;

import org.jspecify.annotations.NullMarked;

/**
 * Bytes, as values.
 *
 * <p>{@link io.kexec4j.bytes.Content} is what a segment holds: read-only, possibly many gigabytes, mapped from its file and
 * never copied to the heap, with a digest that is computed once; {@link
 * io.kexec4j.bytes.Digests} computes several at a time. {@link io.kexec4j.bytes.ByteView} is how binary input is
 * read: every access is checked against the size, and the error names the offset and the rule.
 */
@NullMarked
package io.kexec4j.bytes;

import org.jspecify.annotations.NullMarked;

/**
 * The product: a kexec image, as a value.
 *
 * <p>A {@link io.kexec4j.image.KexecImage} is an entry point and at most 16 {@link io.kexec4j.image.Segment segments}. A
 * segment says what the kernel shall find at a physical address: its {@linkplain io.kexec4j.image.SegmentRole role}, the
 * range, the content (the rest of the range is zero), and why it lies there.
 *
 * <p>{@link io.kexec4j.image.KexecFiles} is the other thing that Linux can be given: files, from which the running kernel builds
 * the image itself.
 *
 * <p>Nothing here knows how an image comes about, nor how it is submitted.
 */
@NullMarked
package io.kexec4j.image;

import org.jspecify.annotations.NullMarked;

/**
 * What can go wrong, and how it is told.
 *
 * <p>There are two kinds of failure before anything is loaded. Bytes that are not what they claim to be, whether a kernel, a
 * text from {@code /proc} or a table of firmware, give one checked exception:
 * {@link io.kexec4j.error.MalformedInputException}, with the format, the offset and the rule that was broken. Requests that
 * cannot be met, such as an initrd for which there is no room, give one of the unchecked exceptions under
 * {@link io.kexec4j.error.KexecException}, with the numbers that were compared.
 *
 * <p>Nothing in the SDK reports an error by a null, a magic number or a line in a log.
 */
@NullMarked
package io.kexec4j.error;

import org.jspecify.annotations.NullMarked;

package io.kexec4j.kernel;

/**
 * What a file is.
 *
 * @param format its format
 * @param description the same in words, with what is known about this file and what to do about it; made to follow "this is"
 *     in a message
 */
public record Identification(KernelFormat format, String description) {}

package io.kexec4j.boot.x86;

/**
 * A module in its place.
 *
 * @param start physical address of its first byte, below 4 GiB
 * @param end physical address behind its last byte, at most 4 GiB less 1
 * @param arguments the text that comes with it
 */
record MultibootModule(long start, long end, String arguments) {}

package io.kexec4j.boot.x86;

/** The two 32-bit halves of a number: boot_params keeps the upper half of what was once 32 bits wide in a field of its own. */
final class Halves {
    private Halves() {}

    static long low(long value) {
        return value & 0xffff_ffffL;
    }

    static long high(long value) {
        return value >>> Integer.SIZE;
    }
}

package io.kexec4j.elf;

import java.util.OptionalLong;

/**
 * A relocation whose numbers have been checked: only the load address is missing.
 *
 * @param type what to do
 * @param at where, in bytes from the start of the object's content; all bytes that the type changes lie inside
 * @param target the symbol
 * @param addend the addend, empty if it is stored in place
 * @param entryOffset where the relocation stands in the file, for messages
 */
record Fixup(RelocationType type, int at, Target target, OptionalLong addend, long entryOffset) {

    /**
     * What a symbol means.
     *
     * @param name how messages call it
     * @param value an offset from the load address, or an address
     * @param absolute whether it is an address
     */
    record Target(String name, long value, boolean absolute) {
        long at(long loadAddress) {
            return absolute ? value : loadAddress + value;
        }
    }
}

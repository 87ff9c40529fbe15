package io.kexec4j.boot;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the user knows of the console on which the purgatory shall print.
 *
 * @param address its first I/O port, or the physical address of its first register, as the architecture has it
 * @param baud the rate to program, where that is possible; without it, the console is used as it is
 */
public record ConsoleWish(OptionalLong address, OptionalInt baud) {
    /** Nothing: the usual console of the machine, as it is. */
    public static final ConsoleWish USUAL = new ConsoleWish(OptionalLong.empty(), OptionalInt.empty());
}

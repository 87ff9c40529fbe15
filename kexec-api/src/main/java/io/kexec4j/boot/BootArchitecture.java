package io.kexec4j.boot;

import io.kexec4j.crash.CrashRules;
import io.kexec4j.image.Architecture;
import io.kexec4j.purgatory.PurgatoryConsole;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** All that images for one architecture need besides what every architecture shares. Implementations have no state. */
public interface BootArchitecture {
    /**
     * {@return which it is}
     */
    Architecture architecture();

    /**
     * {@return every way to start a kernel on it; the first that {@linkplain BootProtocol#starts starts} one is taken}
     */
    List<BootProtocol> protocols();

    /**
     * {@return what can read the segments that only this architecture has}
     */
    List<SegmentDecoder> decoders();

    /**
     * {@return how images for a crash are made}
     *
     * @param target the machine
     * @param facts what it tells for a crash
     * @param options what the user has decided
     * @throws IOException if the facts that tell of it are malformed
     */
    CrashRules crashRules(Target target, CrashFacts facts, Set<BootOption> options) throws IOException;

    /**
     * Finds the console on which the purgatory can print.
     *
     * @param target the machine
     * @param wish what the user knows of it
     * @return the console that the wish names, or if it names none, the usual one of such a machine
     * @throws io.kexec4j.error.UnsupportedCombinationException if there is none, or none as the wish has it
     * @throws IOException if the facts that tell of it are malformed
     */
    PurgatoryConsole console(Target target, ConsoleWish wish) throws IOException;
}

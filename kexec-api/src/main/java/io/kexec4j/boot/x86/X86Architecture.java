package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootArchitecture;
import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.ConsoleWish;
import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.purgatory.PurgatoryConsole;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.util.List;
import java.util.Set;

/** x86 with 64 bits, and the 32-bit kernels that its processors run as well. */
public final class X86Architecture implements BootArchitecture {
    private static final long LAST_PORT = 0xffff;

    /** Creates the architecture, which has no state. */
    public X86Architecture() {}

    @Override
    public Architecture architecture() {
        return Architecture.X86_64;
    }

    @Override
    public List<BootProtocol> protocols() {
        return List.of(
                new Linux64Protocol(),
                new Linux32Protocol(),
                new LinuxRealModeProtocol(),
                new ElfProtocol(),
                new MultibootProtocol());
    }

    @Override
    public List<SegmentDecoder> decoders() {
        return List.of(new BootParamsDecoder());
    }

    @Override
    public CrashRules crashRules(Target target, CrashFacts facts, Set<BootOption> options) {
        return X86CrashRules.of(target, facts, options);
    }

    /** The first serial port, if the wish names none. */
    @Override
    public PurgatoryConsole console(Target target, ConsoleWish wish) {
        long port = wish.address().orElse(SerialConsole.COM1);
        if (Long.compareUnsigned(port, LAST_PORT) > 0) {
            throw new UnsupportedCombinationException(
                    "the purgatory for x86 can only print on a console behind I/O ports, not on one at 0x%x"
                            .formatted(port));
        }
        return new SerialConsole((int) port, wish.baud().orElse(SerialConsole.KEEP_BAUD));
    }
}

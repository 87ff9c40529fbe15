package io.kexec4j.boot.ppc64;

import io.kexec4j.boot.BootArchitecture;
import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.ConsoleWish;
import io.kexec4j.boot.DeviceTreeDecoder;
import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.HypervisorConsole;
import io.kexec4j.purgatory.OpalConsole;
import io.kexec4j.purgatory.PurgatoryConsole;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.PowerFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Power with 64 bits, in one of its byte orders. */
public final class Ppc64Architecture implements BootArchitecture {
    /**
     * Where the exception vectors are, and what else a kernel that runs elsewhere writes at the beginning of memory. It is copied, for
     * the dump ({@code BACKUP_SRC_END}, arch/powerpc/include/asm/crashdump-ppc64.h).
     */
    private static final PhysicalRange VECTORS = new PhysicalRange(0, 1 << 16);

    /** For the code that jumps, and a copy of the kernel's description of itself, with some to spare. */
    private static final long PAGES_OF_RUNNING_KERNEL = 8;

    private final Architecture architecture;

    /**
     * Creates the architecture.
     *
     * @param architecture {@link Architecture#PPC64LE} or {@link Architecture#PPC64}
     */
    public Ppc64Architecture(Architecture architecture) {
        this.architecture = architecture;
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public List<BootProtocol> protocols() {
        return List.of(new Ppc64Protocol(architecture));
    }

    /** The core header is told on the command line, which every version reads; newer ones read the device tree too. */
    @Override
    public CrashRules crashRules(Target target, CrashFacts facts, Set<BootOption> options) throws IOException {
        PowerFacts known = Ppc64Facts.facts(target);
        return new CrashRules(
                false,
                true,
                Set.of(SegmentRole.ELFCOREHDR, SegmentRole.DEVICE_TREE),
                PAGES_OF_RUNNING_KERNEL * target.pageSize(),
                Optional.empty(),
                Optional.of(VECTORS),
                known.untouchable(),
                Ppc64Placement.reach(known));
    }

    @Override
    public List<SegmentDecoder> decoders() {
        return List.of(new DeviceTreeDecoder());
    }

    /** The terminal that the device tree names, if the wish names none by its number. */
    @Override
    public PurgatoryConsole console(Target target, ConsoleWish wish) throws IOException {
        if (wish.baud().isPresent()) {
            throw new UnsupportedCombinationException("the purgatory for ppc64 uses a terminal of the hypervisor or of"
                    + " the firmware, which has no rate");
        }
        Fdt tree = Ppc64Facts.known(target);
        boolean isOpal = PowerFacts.read(tree).opal().isPresent();
        OptionalLong named = isOpal ? Ppc64Console.opalTerminal(tree) : Ppc64Console.hypervisorTerminal(tree);
        OptionalLong terminal = wish.address().isPresent() ? wish.address() : named;
        if (terminal.isEmpty()) {
            throw new UnsupportedCombinationException(
                    "the running kernel's device tree names no terminal that the purgatory can print on: say its number");
        }
        return isOpal ? new OpalConsole(terminal.getAsLong()) : new HypervisorConsole(terminal.getAsLong());
    }
}

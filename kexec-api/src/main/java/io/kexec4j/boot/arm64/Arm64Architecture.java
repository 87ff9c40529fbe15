package io.kexec4j.boot.arm64;

import io.kexec4j.boot.BootArchitecture;
import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.ConsoleWish;
import io.kexec4j.boot.DeviceTreeDecoder;
import io.kexec4j.boot.DeviceTrees;
import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.image.Architecture;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.PurgatoryConsole;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.DeviceTreeFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Arm with 64 bits. */
public final class Arm64Architecture implements BootArchitecture {
    /** A number below this is meant for an I/O port. */
    private static final long LOWEST_DEVICE = 0x1_0000;

    /** For the code that jumps, and a copy of the kernel's description of itself, with some to spare. */
    private static final long PAGES_OF_RUNNING_KERNEL = 8;

    /** Creates the architecture, which has no state. */
    public Arm64Architecture() {}

    @Override
    public Architecture architecture() {
        return Architecture.AARCH64;
    }

    @Override
    public List<BootProtocol> protocols() {
        return List.of(new Arm64Protocol());
    }

    @Override
    public CrashRules crashRules(Target target, CrashFacts facts, Set<BootOption> options) {
        return new CrashRules(
                true, false, Set.of(), PAGES_OF_RUNNING_KERNEL * target.pageSize(), Optional.empty(), Optional.empty());
    }

    @Override
    public List<SegmentDecoder> decoders() {
        return List.of(new DeviceTreeDecoder());
    }

    /** The one that the device tree names, if the wish names none; a PL011 is taken for what no tree tells of. */
    @Override
    public PurgatoryConsole console(Target target, ConsoleWish wish) throws IOException {
        if (wish.baud().isPresent()) {
            throw new UnsupportedCombinationException(
                    "the purgatory for arm64 uses a console as it is, and sets no rate");
        }
        Optional<Fdt> tree = target.deviceTree().isPresent()
                ? Optional.of(DeviceTrees.parse(target.deviceTree().get()))
                : Optional.empty();
        if (wish.address().isEmpty()) {
            return tree.flatMap(DeviceTreeFacts::console)
                    .orElseThrow(
                            () -> new UnsupportedCombinationException(
                                    "the running kernel's device tree names no console that the purgatory has a driver for: say where a PL011 is"));
        }
        long address = wish.address().getAsLong();
        return tree.map(DeviceTreeFacts::uarts).orElse(List.of()).stream()
                .filter(uart -> uart.address() == address)
                .findFirst()
                .orElseGet(() -> unknown(target, address));
    }

    private static MmioUart unknown(Target target, long address) {
        boolean isMemory = target.memoryMap().regions().stream()
                .anyMatch(region -> region.range().contains(address));
        if (isMemory || address % Integer.BYTES != 0 || Long.compareUnsigned(address, LOWEST_DEVICE) < 0) {
            throw new UnsupportedCombinationException("there can be no console at 0x%x".formatted(address));
        }
        return MmioUart.pl011(address);
    }
}

package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.PowerFirmware;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@link PowerFacts} from a device tree. */
final class PowerTree {
    private static final String FORMAT = "the device tree of a PowerPC machine";

    private PowerTree() {}

    /** Something that is read from a tree. */
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws FdtException, MalformedInputException;
    }

    static PowerFacts read(DeviceTree tree) throws MalformedInputException {
        return read(() -> facts(tree));
    }

    /** What is kept for a crash kernel; nothing else of the tree matters, which may be that of any machine. */
    static Optional<PhysicalRange> crashKernel(DeviceTree tree) throws MalformedInputException {
        return read(() -> {
            Optional<Chosen> chosen = Chosen.of(tree);
            return chosen.isPresent() ? chosen.get().crashKernel().map(PowerTree::range) : Optional.empty();
        });
    }

    private static <T> T read(Reading<T> reading) throws MalformedInputException {
        try {
            return reading.read();
        } catch (FdtException e) {
            MalformedInputException malformed = malformed(e.rule()
                    + e.path().map(path -> ", at " + shorten(path)).orElse("")
                    + e.property().map(name -> ", " + shorten(name)).orElse(""));
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static PowerFacts facts(DeviceTree tree) throws FdtException, MalformedInputException {
        PowerFacts.Builder facts = PowerFacts.builder();
        readFirmware(tree, facts);
        Optional<Chosen> chosen = Chosen.of(tree);
        if (chosen.isPresent()) {
            readChosen(chosen.get(), facts);
        }
        realModeEnd(tree).ifPresent(facts::realModeEnd);
        return facts.build();
    }

    private static void readFirmware(DeviceTree tree, PowerFacts.Builder facts) throws FdtException {
        PowerFirmware.rtas(tree).map(PowerTree::range).ifPresent(facts::rtas);
        PowerFirmware.systemReboot(tree)
                .map(call -> new PowerFacts.RtasCall(call.entry(), call.token()))
                .ifPresent(facts::systemReboot);
        PowerFirmware.opal(tree)
                .map(opal -> new PowerFacts.Opal(range(opal.memory()), opal.entry()))
                .ifPresent(facts::opal);
        facts.tceTables(ranges(PowerFirmware.tceTables(tree)));
        facts.reserved(ranges(PowerFirmware.reservedRanges(tree)));
    }

    private static void readChosen(Chosen chosen, PowerFacts.Builder facts) throws FdtException {
        chosen.kernelEnd().ifPresent(facts::kernelEnd);
        chosen.hashTable().map(PowerTree::range).ifPresent(facts::hashTable);
        chosen.crashKernel().map(PowerTree::range).ifPresent(facts::crashKernel);
        chosen.initrd().map(PowerTree::range).ifPresent(facts::initrd);
        chosen.memoryLimit().ifPresent(facts::memoryLimit);
    }

    /**
     * What Linux assumes with a hash table (hash__setup_initial_memory_limit). With a radix tree a guest has no limit, but which of
     * the two the next kernel takes is its own choice.
     */
    private static OptionalLong realModeEnd(DeviceTree tree) throws FdtException, MalformedInputException {
        if (!isGuest(tree)) {
            return OptionalLong.empty();
        }
        PhysicalRange first = PowerMemory.firstBlock(tree);
        if (first.start() != 0) {
            throw malformed("the memory of a guest begins at 0, not at 0x%x".formatted(first.start()));
        }
        long limit = PowerGeneration.realModeLimit(tree);
        return OptionalLong.of(Long.compareUnsigned(first.end(), limit) < 0 ? first.end() : limit);
    }

    /**
     * Whether a hypervisor runs the machine: RTAS then knows its calls. What has neither those nor OPAL, as old machines do, gets
     * the limit of guests: that is never wrong, only narrow.
     */
    private static boolean isGuest(DeviceTree tree) {
        Optional<? extends Node> rtas = tree.root().child("rtas");
        boolean hasCalls = rtas.isPresent()
                && rtas.get().property("ibm,hypertas-functions").isPresent();
        return hasCalls || tree.root().child("ibm,opal").isEmpty();
    }

    private static List<PhysicalRange> ranges(List<AddressRange> ranges) {
        return ranges.stream().map(PowerTree::range).toList();
    }

    private static PhysicalRange range(AddressRange range) {
        return new PhysicalRange(range.start(), range.end());
    }

    private static String shorten(String text) {
        return MalformedInputException.shorten(text);
    }

    private static MalformedInputException malformed(String rule) {
        return new MalformedInputException(FORMAT, 0, rule);
    }
}

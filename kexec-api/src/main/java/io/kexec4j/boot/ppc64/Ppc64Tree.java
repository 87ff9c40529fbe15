package io.kexec4j.boot.ppc64;

import io.kexec4j.boot.BaseTree;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.TreeRules;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.PowerFirmware;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The device tree of a second kernel on a PowerPC machine; the documentation of this package says what is in it. */
final class Ppc64Tree implements TreeRules {
    /**
     * What a kernel says of itself in its own tree. Some versions read these numbers in their own byte order, so that the next kernel
     * would find nonsense if that is the other one.
     */
    private static final List<String> OF_RUNNING_KERNEL = List.of(
            "linux,kernel-end",
            "linux,htab-base",
            "linux,htab-size",
            "linux,memory-limit",
            "linux,crashkernel-base",
            "linux,crashkernel-size");

    /** What the running kernel has numbered PCI bridges by, which the next one does itself. */
    private static final String PCI_DOMAIN = "linux,pci-domain";

    /** Nothing: the properties that limit the memory belong to what is done last. */
    @Override
    public void describeCrash(EditableTree tree, EditableNode chosen, CrashPlan plan) {}

    @Override
    public List<String> finish(EditableTree tree, EditableNode chosen, BaseTree base, BootRequest request)
            throws IOException {
        List<String> remarks = new ArrayList<>();
        boolean wasOfCrashKernel = UsableMemory.remove(tree);
        Optional<Fdt> running = base.running(request);
        if (request.target().liveTree().isPresent()) {
            takeRunningMachine(tree, base, running.orElseThrow(), remarks);
        }
        OF_RUNNING_KERNEL.forEach(chosen::unset);
        if (base.origin() != BaseTree.Origin.USER) {
            tree.nodesWith(PCI_DOMAIN).forEach(node -> node.unset(PCI_DOMAIN));
        }
        wasOfCrashKernel |= UsableMemory.remove(tree);
        List<PhysicalRange> firmware = new ArrayList<>(inUse(tree));
        List<PhysicalRange> kept = new ArrayList<>(reservedByFirmware(tree));
        if (running.isPresent()) {
            firmware.addAll(inUse(running.get()));
            kept.addAll(reservedByFirmware(running.get()));
        }
        kept.addAll(firmware);
        if (request.crash().isPresent()) {
            CrashPlan plan = request.crash().get();
            PowerFirmware.opal(tree).map(opal -> range(opal.memory())).ifPresent(firmware::add);
            UsableMemory.set(tree, usable(plan, firmware));
            kept.addAll(dumped(plan));
            if (plan.hotplug() && possibleCpus(plan) == 0) {
                remarks.add("the device tree has no room for CPUs to come: how many there may be is not known");
            }
        }
        Reservations.add(tree, kept, wasOfCrashKernel);
        return remarks;
    }

    private static void takeRunningMachine(EditableTree tree, BaseTree base, Fdt running, List<String> remarks)
            throws FdtException {
        if (base.origin() == BaseTree.Origin.NOW) {
            RunningMachine.sortCpus(tree);
            return;
        }
        RunningMachine machine = new RunningMachine(tree, running);
        boolean hadOthers = machine.takeCpusAndFirmware();
        if (base.origin() == BaseTree.Origin.START) {
            machine.takeMemory();
        } else if (hadOthers) {
            remarks.add(
                    "the CPUs in the device tree are not those of the running machine: the running machine's were taken");
        }
    }

    /** What is in memory for as long as the machine runs, and what a crash kernel has to use as well. */
    private static List<PhysicalRange> inUse(DeviceTree tree) throws FdtException {
        List<PhysicalRange> ranges = new ArrayList<>(ranges(PowerFirmware.tceTables(tree)));
        PowerFirmware.rtas(tree).map(Ppc64Tree::range).ifPresent(ranges::add);
        return ranges;
    }

    private static List<PhysicalRange> reservedByFirmware(DeviceTree tree) throws FdtException {
        return ranges(PowerFirmware.reservedRanges(tree));
    }

    /** What a crash kernel may use: a kernel that has no memory at 0 does not start (get_usable_memory_ranges). */
    private static List<PhysicalRange> usable(CrashPlan plan, List<PhysicalRange> firmware) {
        CrashFacts facts = plan.target().crash().orElseThrow();
        List<PhysicalRange> usable = new ArrayList<>(firmware);
        usable.add(upToEnd(facts));
        usable.addAll(facts.cmaRanges());
        return usable;
    }

    /** What of this it must leave alone: all that belongs to the dump, and the copy of what does too. */
    private static List<PhysicalRange> dumped(CrashPlan plan) {
        CrashFacts facts = plan.target().crash().orElseThrow();
        List<PhysicalRange> own = new ArrayList<>(facts.reservations());
        own.addAll(facts.cmaRanges());
        plan.rules().backedUp().ifPresent(own::add);
        plan.rules().lent().ifPresent(own::add);
        List<PhysicalRange> dumped = new ArrayList<>(MemoryHoles.holes(List.of(upToEnd(facts)), own));
        plan.backup().map(Segment::range).ifPresent(dumped::add);
        return dumped;
    }

    private static PhysicalRange upToEnd(CrashFacts facts) {
        return new PhysicalRange(0, facts.region().orElseThrow().end());
    }

    @Override
    public int room(EditableTree tree, BootRequest request) throws FdtException {
        Optional<CrashPlan> updated = request.crash().filter(CrashPlan::hotplug);
        return updated.isPresent() ? CpuRoom.of(tree, possibleCpus(updated.get())) : 0;
    }

    private static int possibleCpus(CrashPlan plan) {
        return plan.target().crash().orElseThrow().possibleCpus();
    }

    private static List<PhysicalRange> ranges(List<AddressRange> ranges) {
        return ranges.stream().map(Ppc64Tree::range).toList();
    }

    private static PhysicalRange range(AddressRange range) {
        return new PhysicalRange(range.start(), range.end());
    }
}

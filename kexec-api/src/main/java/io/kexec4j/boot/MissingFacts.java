package io.kexec4j.boot;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.CellCounts;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.MemoryNode;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a kernel cannot start without, and a tree from a file may lack because a boot loader usually adds it: where the memory
 * is. On a machine with UEFI that is where its tables are, of which the memory map is one; on others it is in memory nodes.
 */
final class MissingFacts {
    private static final String UEFI_PREFIX = "linux,uefi-";

    private MissingFacts() {}

    /**
     * Adds it to a tree that lacks it.
     *
     * @param tree the tree
     * @param chosen its {@code /chosen}
     * @param running the tree of the running kernel, which may be the same
     * @param target the machine
     * @return what was added, in words
     * @throws FdtException if the tree's own facts are malformed, or if its root has too few cells for an address
     */
    static List<String> add(EditableTree tree, EditableNode chosen, Optional<Fdt> running, Target target)
            throws FdtException {
        List<Property> tables = running.flatMap(Chosen::of)
                .map(Chosen::node)
                .map(MissingFacts::uefi)
                .orElse(List.of());
        List<String> remarks = new ArrayList<>();
        if (running.isPresent() && !uefi(chosen).equals(tables)) {
            // Those of another boot point to where nothing is any more.
            uefi(chosen).forEach(property -> chosen.unset(property.name()));
            tables.forEach(property -> chosen.set(property.name(), property.value()));
            remarks.add("UEFI's tables in the device tree are not those of the running kernel: "
                    + (tables.isEmpty() ? "they were removed" : "the running kernel's were taken"));
        }
        if (uefi(chosen).isEmpty() && hasNoMemory(tree)) {
            remarks.add(addMemory(tree, target, running));
        }
        return remarks;
    }

    private static List<Property> uefi(Node chosen) {
        return chosen.properties().stream()
                .filter(property -> property.name().startsWith(UEFI_PREFIX))
                .toList();
    }

    /** Also where there are memory nodes whose ranges a boot loader was to fill in. */
    private static boolean hasNoMemory(EditableTree tree) throws FdtException {
        return MemoryNode.all(tree).stream().allMatch(node -> node.ranges().isEmpty());
    }

    private static String addMemory(EditableTree tree, Target target, Optional<Fdt> running) throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        if (running.isPresent()) {
            for (MemoryNode node : MemoryNode.all(running.get())) {
                ranges.addAll(node.ranges());
            }
        }
        String source = "running kernel's tree";
        if (ranges.isEmpty()) {
            source = "memory map of the machine";
            for (MemoryRegion region : target.memoryMap().regions()) {
                if (region.type().isRam()) {
                    ranges.add(new AddressRange(
                            region.range().start(), region.range().size()));
                }
            }
        }
        EditableNode memory =
                tree.root().childOrAdd("memory@%x".formatted(ranges.get(0).start()));
        memory.set("device_type", PropertyValue.ofStrings("memory"));
        memory.set("reg", CellCounts.below(tree.root()).encode(ranges));
        memory.unset("status");
        return "the device tree tells of no memory: %s from the %s %s added"
                .formatted(
                        ranges.size() == 1 ? "a range" : ranges.size() + " ranges",
                        source,
                        ranges.size() == 1 ? "was" : "were");
    }
}

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
import io.kexec4j.fdt.bindings.MemoryNode;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a kernel cannot start without, and a tree from a file may lack because a boot loader usually adds it: where the memory
 * is. On a machine with UEFI that is where its tables are, of which the memory map is one; on others it is in memory nodes.
 */
final class MissingFacts {
    private static final String UEFI_PREFIX = "linux,uefi-";
    private static final String UEFI_MEMORY_MAP = "linux,uefi-mmap-start";

    private MissingFacts() {}

    /**
     * Adds it to a tree that lacks it.
     *
     * @param tree the tree
     * @param chosen its {@code /chosen}
     * @param target the machine
     * @return what was added, in words
     * @throws FdtException if the tree's own facts are malformed, or if its root has too few cells for an address
     * @throws IOException if a file has shrunk, or the running kernel's tree is malformed
     */
    static List<String> add(EditableTree tree, EditableNode chosen, Target target) throws FdtException, IOException {
        Optional<Fdt> running = Optional.empty();
        if (target.deviceTree().isPresent()) {
            running = Optional.of(DeviceTrees.read(target.deviceTree().get()));
        }
        List<String> remarks = new ArrayList<>();
        if (chosen.property(UEFI_MEMORY_MAP).isEmpty()) {
            List<Property> tables = running.flatMap(fdt -> fdt.node("/chosen"))
                    .map(MissingFacts::uefi)
                    .orElse(List.of());
            tables.forEach(property -> chosen.set(property.name(), property.value()));
            if (!tables.isEmpty()) {
                remarks.add("the device tree lacks UEFI's tables: those of the running kernel's tree were added");
            } else if (MemoryNode.all(tree).isEmpty()) {
                remarks.add(addMemory(tree, target, running));
            }
        }
        return remarks;
    }

    private static List<Property> uefi(Node chosen) {
        return chosen.properties().stream()
                .filter(property -> property.name().startsWith(UEFI_PREFIX))
                .toList();
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
            for (PhysicalRange ram : target.memoryMap().ram()) {
                ranges.add(new AddressRange(ram.start(), ram.size()));
            }
        }
        EditableNode memory =
                tree.root().add("memory@%x".formatted(ranges.get(0).start()));
        memory.set("device_type", PropertyValue.ofStrings("memory"));
        memory.set("reg", CellCounts.below(tree.root()).encode(ranges));
        return "the device tree has no memory nodes: one with %d ranges from the %s was added"
                .formatted(ranges.size(), source);
    }
}

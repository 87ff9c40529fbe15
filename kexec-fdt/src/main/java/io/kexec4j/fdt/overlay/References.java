package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The references of an overlay: what its nodes /__fixups__ and /__local_fixups__ say, as lists. Reading gives places that
 * exist; writing makes the nodes that dtc -@ makes.
 */
public final class References {
    private References() {}

    /**
     * {@return the references of an overlay to labels of its base, label by label in the order of /__fixups__; none if there is
     * no such node}
     *
     * @param overlay the overlay, before it is applied
     * @throws FdtException if /__fixups__ is malformed, or about a place that the overlay lacks, or if the paths of all
     *     places together are much longer than the overlay ({@link io.kexec4j.fdt.FdtError#LIMIT})
     */
    public static List<Reference> read(DeviceTree overlay) throws FdtException {
        List<Reference> references = new ArrayList<>();
        PlacePaths paths = new PlacePaths(overlay);
        for (Map.Entry<String, List<Place>> label : FixupReader.labels(overlay).entrySet()) {
            for (Place place : label.getValue()) {
                references.add(new Reference(paths.of(place), place.property(), place.offset(), label.getKey()));
            }
        }
        return List.copyOf(references);
    }

    /**
     * {@return the references of an overlay to nodes of its own, in the order of /__local_fixups__; none if there is no such
     * node}
     *
     * @param overlay the overlay, before it is applied
     * @throws FdtException if /__local_fixups__ is malformed, or about a place that the overlay lacks, or if the paths of
     *     all places together are much longer than the overlay ({@link io.kexec4j.fdt.FdtError#LIMIT})
     */
    public static List<LocalReference> readLocal(DeviceTree overlay) throws FdtException {
        List<LocalReference> references = new ArrayList<>();
        PlacePaths paths = new PlacePaths(overlay);
        for (Place place : FixupReader.local(overlay)) {
            references.add(new LocalReference(paths.of(place), place.property(), place.offset()));
        }
        return List.copyOf(references);
    }

    /**
     * Writes /__fixups__ and puts 0xffffffff into each place, as dtc does. What /__fixups__ was is replaced; without references
     * there is none.
     *
     * @param overlay the tree to change
     * @param references the references; labels become properties in the order in which they come first
     * @throws IllegalArgumentException if a place does not exist, if a label is not one, or if a name in a path contains a ':'
     */
    public static void write(EditableTree overlay, List<Reference> references) {
        Map<String, List<String>> byLabel = new LinkedHashMap<>();
        PhandleEdits edits = new PhandleEdits();
        for (Reference reference : references) {
            EditableNode node = place(overlay, reference.path(), reference.property(), reference.offset());
            String place = node.path() + ':' + reference.property();
            if (place.indexOf(':') != place.lastIndexOf(':')) {
                throw new IllegalArgumentException(
                        "the place cannot be written, since a name contains a ':': " + place);
            }
            edits.put(node, reference.property(), reference.offset(), -1);
            byLabel.computeIfAbsent(Symbols.checkLabel(reference.label()), label -> new ArrayList<>())
                    .add(place + ':' + reference.offset());
        }
        edits.store();
        overlay.root().child(OverlayNames.FIXUPS).ifPresent(EditableNode::remove);
        if (!byLabel.isEmpty()) {
            EditableNode fixups = overlay.root().add(OverlayNames.FIXUPS);
            byLabel.forEach((label, places) -> fixups.set(label, Texts.value(places)));
        }
    }

    /**
     * Writes /__local_fixups__; the places must hold their phandles already. What /__local_fixups__ was is replaced; without
     * references there is none.
     *
     * @param overlay the tree to change
     * @param references the references
     * @throws IllegalArgumentException if a place does not exist
     */
    public static void writeLocal(EditableTree overlay, List<LocalReference> references) {
        Map<EditableNode, Map<String, List<Integer>>> offsets = new LinkedHashMap<>();
        for (LocalReference reference : references) {
            EditableNode node = place(overlay, reference.path(), reference.property(), reference.offset());
            offsets.computeIfAbsent(node, found -> new LinkedHashMap<>())
                    .computeIfAbsent(reference.property(), name -> new ArrayList<>())
                    .add(reference.offset());
        }
        overlay.root().child(OverlayNames.LOCAL_FIXUPS).ifPresent(EditableNode::remove);
        if (!offsets.isEmpty()) {
            EditableNode top = overlay.root().add(OverlayNames.LOCAL_FIXUPS);
            offsets.forEach((node, properties) -> {
                EditableNode fixups = counterpart(top, node);
                properties.forEach((name, places) -> fixups.set(name, cells(places)));
            });
        }
    }

    /** The paths of places, each made once. */
    private static final class PlacePaths {
        private final Map<Node, String> paths = new HashMap<>();
        private final PathBudget budget;

        PlacePaths(DeviceTree overlay) {
            budget = new PathBudget(overlay);
        }

        String of(Place place) throws FdtException {
            String known = paths.get(place.node());
            if (known == null) {
                known = place.node().path();
                budget.spend(known.length(), known, place.property());
                paths.put(place.node(), known);
            }
            return known;
        }
    }

    /** The node below /__local_fixups__ that is about a node. */
    private static EditableNode counterpart(EditableNode top, EditableNode node) {
        EditableNode counterpart = top;
        for (String name : node.path().substring(1).split("/", -1)) {
            counterpart = name.isEmpty() ? counterpart : counterpart.childOrAdd(name);
        }
        return counterpart;
    }

    private static PropertyValue cells(List<Integer> numbers) {
        return PropertyValue.ofCells(
                numbers.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The node of a place, which must have the property with room for a phandle. */
    static EditableNode place(EditableTree tree, String path, String property, int offset) {
        EditableNode node = tree.node(path)
                .orElseThrow(() -> new IllegalArgumentException("there is no node " + path + " to refer from"));
        int size = node.property(property)
                .orElseThrow(() -> new IllegalArgumentException(path + " has no property " + property))
                .size();
        if (offset > size - Integer.BYTES) {
            throw new IllegalArgumentException("a phandle at offset " + offset + " does not lie in the " + size
                    + " bytes of property " + property + " of " + path);
        }
        return node;
    }
}

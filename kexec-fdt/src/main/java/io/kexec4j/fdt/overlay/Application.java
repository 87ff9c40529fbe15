package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.BADOFFSET;
import static io.kexec4j.fdt.FdtError.BADOVERLAY;
import static io.kexec4j.fdt.FdtError.BADPATH;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.NOTFOUND;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import java.util.Map;

/** The application of one overlay to a base. Both are changed; neither may be used after an error. */
final class Application {
    private final Base base;
    private final EditableTree overlay;

    private final PhandleShift shift;
    private final PhandleEdits edits = new PhandleEdits();

    Application(Base base, EditableTree overlay) {
        this.base = base;
        this.overlay = overlay;
        this.shift = new PhandleShift(base.highestPhandle());
    }

    void run() throws FdtException {
        new OverlayPhandles(overlay, shift).checkAndRenumber();
        fixLocalReferences();
        fixLabelledReferences();
        edits.store();
        SymbolUpdate symbols = new SymbolUpdate(base.tree(), overlay);
        Merge merge = new Merge(base, edits);
        for (EditableNode fragment : overlay.root().children()) {
            if (fragment.child(OverlayNames.OVERLAY).isPresent()) {
                if (OverlayNames.isMetadata(fragment.name())) {
                    throw FdtException.in(
                            BADOVERLAY, fragment.path(), fragment.name() + " tells of fragments, and is none itself");
                }
                merge.apply(fragment);
            }
        }
        edits.replaceLocal(merge.replacedPhandles());
        symbols.run(merge);
    }

    private void fixLocalReferences() throws FdtException {
        for (Place place : FixupReader.local(overlay)) {
            if (OverlayNames.isPhandle(place.property())) {
                // dtc lists "phandle = <&itself>" too: it has its new number already.
                continue;
            }
            EditableNode node = node(place);
            int phandle = edits.get(node, place.property(), place.offset());
            int shifted = shift.apply(phandle, "the reference to phandle", node, place.property());
            edits.put(node, place.property(), place.offset(), shifted);
            edits.markLocal(node, place.property(), place.offset());
        }
    }

    private void fixLabelledReferences() throws FdtException {
        for (Map.Entry<String, List<Place>> label : FixupReader.labels(overlay).entrySet()) {
            int phandle = phandle(label.getKey(), label.getValue().get(0));
            for (Place place : label.getValue()) {
                if (OverlayNames.isPhandle(place.property())) {
                    throw place.error(BADOVERLAY, "the phandle of a node cannot be that of label " + label.getKey());
                }
                edits.put(node(place), place.property(), place.offset(), phandle);
            }
        }
    }

    /** The phandle of the node of the base that has a label. */
    private int phandle(String label, Place user) throws FdtException {
        EditableNode symbols = base.tree()
                .root()
                .child(OverlayNames.SYMBOLS)
                .orElseThrow(() -> user.error(
                        BADOFFSET,
                        "label " + label + " cannot be found: the base has no /__symbols__ (compile it with dtc -@)"));
        PropertyValue symbol = symbols.property(label)
                .orElseThrow(() -> user.error(NOTFOUND, "label " + label + " is not in /__symbols__ of the base"));
        String path = Texts.first(symbol)
                .orElseThrow(() -> user.error(
                        BADVALUE, "label " + label + " in /__symbols__ of the base is not a path with a NUL"));
        if (!Lookup.isPath(base.tree(), path)) {
            throw user.error(
                    BADPATH, "label " + label + " in /__symbols__ of the base is no path, but \"" + path + '"');
        }
        EditableNode node = Lookup.find(base.tree(), path)
                .orElseThrow(() -> user.error(
                        NOTFOUND, "label " + label + " of the base stands for " + path + ", which does not exist"));
        return node.phandle()
                .orElseThrow(() -> user.error(
                        NOTFOUND, "label " + label + " of the base stands for " + path + ", which has no phandle"));
    }

    /** The overlay is editable, and so are its nodes. */
    private static EditableNode node(Place place) {
        return (EditableNode) place.node();
    }
}

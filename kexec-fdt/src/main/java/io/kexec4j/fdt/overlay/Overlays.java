package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import java.util.List;

/**
 * Applies overlays to a device tree, as fdtoverlay and boot loaders do; {@linkplain io.kexec4j.fdt.overlay the package} tells
 * what an overlay is.
 *
 * <h2>What is done</h2>
 *
 * <p>For each overlay, in order:
 *
 * <ol>
 *   <li>Its phandles are increased by the largest one of the base, and with them the places that refer to them
 *       (/__local_fixups__), so that no two nodes get the same.
 *   <li>The places that refer to nodes of the base (/__fixups__) get the phandles of the nodes that /__symbols__ of the
 *       base names. What an earlier overlay has added counts.
 *   <li>Each child of the root with a child {@code __overlay__} is a fragment. Its {@code target}, a phandle, names the node
 *       to change; if there is none, or it is 0, {@code target-path} does. It may be a node that an earlier fragment
 *       has made.
 *   <li>What {@code __overlay__} has is merged into the target. A property that is there gets the new value where it stands, a
 *       new one comes behind the others; a node that is there is merged in the same way, a new one comes behind the others
 *       (as dtc does it; libfdt puts new ones first). A node that has a phandle keeps it, and whatever in the overlay
 *       referred to it refers to that.
 *   <li>The labels of the overlay (its /__symbols__) are added to those of the base, with the paths that their nodes have
 *       in the base. The label of an {@code __overlay__} itself gets the path of the target with a '/' at the end, as in libfdt.
 *       Labels of anything else are left out.
 * </ol>
 *
 * <p>A name without unit address, in a path or of a node of an overlay, is the node of exactly this name; if there is none, the
 * first of this name with a unit address. (libfdt takes whichever comes first.)
 *
 * <p>Time and memory are in proportion to the size of base and overlays: names and phandles are looked up through indexes,
 * and labels whose paths together are longer than 64 times both trees and 1 MiB are refused (LIMIT).
 *
 * <h2>What is refused</h2>
 *
 * <p>Whatever is wrong throws an {@link FdtException}, whose {@link FdtException#error() kind} is that of libfdt and whose
 * message names the fragment, the label, the node and the property. Where libfdt reads or writes outside of a value, and
 * where it takes NOSPACE for a place that does not lie in its value, the kind is BADOVERLAY. Two more rules hold for an
 * overlay: no two children or properties of one node have the same name, and every property has a name.
 */
public final class Overlays {
    private Overlays() {}

    /**
     * Applies overlays one after the other.
     *
     * @param base the tree to begin with, which stays as it is; compiled with dtc -@ if overlays refer to its labels
     * @param overlays the overlays, which stay as they are
     * @return a new tree. Its memory reservations and boot CPU are those of the base
     * @throws FdtException if an overlay is malformed or does not fit; paths in it are those of the overlay
     */
    public static EditableTree apply(DeviceTree base, List<? extends DeviceTree> overlays) throws FdtException {
        List<DeviceTree> all = List.copyOf(overlays);
        Base merged = new Base(copy(base));
        for (int i = 0; i < all.size(); i++) {
            try {
                new Application(merged, copy(all.get(i))).run();
            } catch (FdtException e) {
                throw all.size() == 1 ? e : numbered(e, i + 1, all.size());
            }
        }
        return merged.tree();
    }

    /**
     * Applies one overlay.
     *
     * @param base the tree to begin with, which stays as it is; compiled with dtc -@ if the overlay refers to its labels
     * @param overlay the overlay, which stays as it is
     * @return a new tree. Its memory reservations and boot CPU are those of the base
     * @throws FdtException if the overlay is malformed or does not fit; paths in it are those of the overlay
     */
    public static EditableTree apply(DeviceTree base, DeviceTree overlay) throws FdtException {
        return apply(base, List.of(overlay));
    }

    /**
     * {@return whether a tree has what makes it an overlay: a fragment, or references to be resolved}
     *
     * @param tree the tree
     */
    public static boolean isOverlay(DeviceTree tree) {
        return tree.root().child(OverlayNames.FIXUPS).isPresent()
                || tree.root().child(OverlayNames.LOCAL_FIXUPS).isPresent()
                || tree.root().children().stream()
                        .anyMatch(child -> child.child(OverlayNames.OVERLAY).isPresent());
    }

    private static EditableTree copy(DeviceTree tree) {
        return tree instanceof Fdt fdt ? fdt.edit() : ((EditableTree) tree).copy();
    }

    /** The same error, with the overlay that it is about. */
    private static FdtException numbered(FdtException e, int number, int count) {
        String rule = "overlay " + number + " of " + count + ": " + e.rule();
        String path = e.path().orElse("/");
        FdtException numbered = e.property().isPresent()
                ? FdtException.in(e.error(), path, e.property().get(), rule)
                : FdtException.in(e.error(), path, rule);
        numbered.setStackTrace(e.getStackTrace());
        return numbered;
    }
}

package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.BADOVERLAY;
import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Property;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds the labels of an overlay, which has been merged, to those of the base. */
final class SymbolUpdate {
    private static final String CONTENT = '/' + OverlayNames.OVERLAY;

    private final EditableTree base;
    private final EditableTree overlay;
    private final Map<EditableNode, EditableNode> targets;
    private final Map<EditableNode, String> targetPaths = new HashMap<>();

    SymbolUpdate(EditableTree base, EditableTree overlay, Map<EditableNode, EditableNode> targets) {
        this.base = base;
        this.overlay = overlay;
        this.targets = targets;
    }

    void run() throws FdtException {
        Optional<EditableNode> added = overlay.root().child(OverlayNames.SYMBOLS);
        if (added.isPresent()) {
            EditableNode symbols = base.root().childOrAdd(OverlayNames.SYMBOLS);
            for (Property symbol : added.get().properties()) {
                Optional<String> path = path(added.get(), symbol);
                path.ifPresent(text -> symbols.set(symbol.name(), Texts.value(List.of(text))));
            }
        }
    }

    /** The path that a label stands for after the merge; empty if it is not for a node that was merged. */
    private Optional<String> path(EditableNode added, Property symbol) throws FdtException {
        String path = Texts.only(symbol.value())
                .filter(text -> text.startsWith("/"))
                .orElseThrow(() -> FdtException.in(
                        BADVALUE,
                        added.path(),
                        symbol.name(),
                        "label " + symbol.name() + " is a path: one string that begins with a /"));
        int end = path.indexOf('/', 1);
        if (end < 0) {
            return Optional.empty();
        }
        String rest = path.substring(end);
        if (!rest.equals(CONTENT) && !rest.startsWith(CONTENT + '/')) {
            return Optional.empty();
        }
        String fragment = path.substring(1, end);
        EditableNode target = Lookup.child(overlay.root(), fragment)
                .flatMap(found -> Optional.ofNullable(targets.get(found)))
                .orElseThrow(() -> FdtException.in(
                        BADOVERLAY,
                        added.path(),
                        symbol.name(),
                        "label " + symbol.name() + " is in fragment " + fragment
                                + ", which the overlay lacks or which has no __overlay__"));
        String below = rest.length() > CONTENT.length() ? rest.substring(CONTENT.length() + 1) : "";
        return Optional.of(targetPaths.computeIfAbsent(target, SymbolUpdate::pathBefore) + below);
    }

    /** The path of a node with a '/' at its end. */
    private static String pathBefore(EditableNode node) {
        String path = node.path();
        return path.endsWith("/") ? path : path + '/';
    }
}

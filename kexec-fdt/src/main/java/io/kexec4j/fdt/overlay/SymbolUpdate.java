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
    private final PathBudget budget;

    /** The nodes that have labels, as they are before the merge. */
    private final Map<String, EditableNode> labelled = new HashMap<>();

    private final Map<EditableNode, String> paths = new HashMap<>();

    /** Finds the nodes of the labels: the merge will move them. */
    SymbolUpdate(EditableTree base, EditableTree overlay) {
        this.base = base;
        this.overlay = overlay;
        Optional<EditableNode> added = overlay.root().child(OverlayNames.SYMBOLS);
        this.budget = added.isPresent() ? new PathBudget(base, overlay) : new PathBudget();
        added.ifPresent(symbols -> symbols.properties()
                .forEach(symbol -> Texts.only(symbol.value())
                        .filter(path -> path.startsWith("/"))
                        .flatMap(path -> Lookup.find(overlay, path))
                        .ifPresent(node -> labelled.put(symbol.name(), node))));
    }

    void run(Merge merge) throws FdtException {
        Optional<EditableNode> added = overlay.root().child(OverlayNames.SYMBOLS);
        if (added.isPresent()) {
            EditableNode symbols = base.root().childOrAdd(OverlayNames.SYMBOLS);
            for (Property symbol : added.get().properties()) {
                Optional<String> path = path(added.get(), symbol, merge);
                if (path.isPresent()) {
                    budget.spend(path.get().length(), added.get().path(), symbol.name());
                    symbols.set(symbol.name(), Texts.value(List.of(path.get())));
                }
            }
        }
    }

    /** The path that a label stands for after the merge; empty if it is not for a node that was merged. */
    private Optional<String> path(EditableNode added, Property symbol, Merge merge) throws FdtException {
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
                .flatMap(found -> Optional.ofNullable(merge.targets().get(found)))
                .orElseThrow(() -> FdtException.in(
                        BADOVERLAY,
                        added.path(),
                        symbol.name(),
                        "label " + symbol.name() + " is in fragment " + fragment
                                + ", which the overlay lacks or which has no __overlay__"));
        EditableNode node = labelled.get(symbol.name());
        if (rest.length() > CONTENT.length() + 1 && node != null) {
            return Optional.of(paths.computeIfAbsent(merge.merged(node), EditableNode::path));
        }
        String below = rest.length() > CONTENT.length() ? rest.substring(CONTENT.length() + 1) : "";
        String above = paths.computeIfAbsent(target, EditableNode::path);
        return Optional.of((above.endsWith("/") ? above : above + '/') + below);
    }
}

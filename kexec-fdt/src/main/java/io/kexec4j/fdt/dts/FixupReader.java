package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.dts.FixupNodes.NotAFixupException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what an overlay says of its phandles: {@code /__fixups__} and {@code /__local_fixups__}. */
final class FixupReader {
    private static final Pattern PLACE = Pattern.compile("(/[^:]*):([^:]+):(0|[1-9][0-9]{0,8})");

    private final DeviceTree tree;
    private final PrintedLabels labels;
    private final Sink sink;

    /** Is told of every phandle. */
    @FunctionalInterface
    interface Sink {
        void add(Node node, String property, int offset, String reference);
    }

    private record Pair(Node fixups, Node node) {}

    FixupReader(DeviceTree tree, PrintedLabels labels, Sink sink) {
        this.tree = tree;
        this.labels = labels;
        this.sink = sink;
    }

    void read() throws NotAFixupException {
        Optional<? extends Node> fixups = tree.root().child(FixupNodes.FIXUPS);
        if (fixups.isPresent()) {
            readFixups(fixups.get());
        }
        Optional<? extends Node> local = tree.root().child(FixupNodes.LOCAL_FIXUPS);
        if (local.isPresent()) {
            readLocal(local.get());
        }
    }

    private void readFixups(Node fixups) throws NotAFixupException {
        for (Property property : fixups.properties()) {
            String label = property.name();
            String text = new String(property.value().toByteArray(), StandardCharsets.ISO_8859_1);
            NotAFixupException.verify(
                    Characters.isLabel(label) && !labels.has(label) && text.endsWith("\0"), fixups, label);
            for (String place : text.substring(0, text.length() - 1).split("\0", -1)) {
                Matcher matcher = PLACE.matcher(place);
                NotAFixupException.verify(matcher.matches(), fixups, label);
                Optional<? extends Node> node = tree.node(matcher.group(1));
                int offset = Integer.parseInt(matcher.group(3));
                NotAFixupException.verify(
                        node.isPresent() && node.get().path().equals(matcher.group(1)), fixups, label);
                NotAFixupException.verify(
                        cell(node.orElseThrow(), matcher.group(2), offset) == SourceValue.UNKNOWN_PHANDLE,
                        fixups,
                        label);
                sink.add(node.orElseThrow(), matcher.group(2), offset, "&" + label);
            }
        }
    }

    /** The cell at a place; 0, which is no phandle, if there is no such place. */
    private static int cell(Node node, String property, int offset) {
        return node.property(property)
                .filter(value -> offset >= 0 && offset <= value.size() - Integer.BYTES)
                .map(value -> value.intAt(offset))
                .orElse(0);
    }

    private void readLocal(Node top) throws NotAFixupException {
        Deque<Pair> open = new ArrayDeque<>(List.of(new Pair(top, tree.root())));
        while (!open.isEmpty()) {
            Pair pair = open.pop();
            for (Property property : pair.fixups().properties()) {
                readOffsets(pair, property.name(), property.value());
            }
            for (Node child : pair.fixups().children()) {
                Optional<? extends Node> node = pair.node().child(child.name());
                NotAFixupException.verify(node.isPresent(), child, "");
                open.push(new Pair(child, node.orElseThrow()));
            }
        }
    }

    private void readOffsets(Pair pair, String property, PropertyValue offsets) throws NotAFixupException {
        NotAFixupException.verify(!offsets.isEmpty() && offsets.size() % Integer.BYTES == 0, pair.fixups(), property);
        for (int i = 0; i < offsets.size(); i += Integer.BYTES) {
            int offset = offsets.intAt(i);
            Optional<? extends Node> target = tree.nodeByPhandle(cell(pair.node(), property, offset));
            NotAFixupException.verify(target.isPresent(), pair.fixups(), property);
            sink.add(pair.node(), property, offset, reference(target.orElseThrow()));
        }
    }

    private String reference(Node target) {
        List<String> names = labels.of(target);
        return names.isEmpty() ? "&{" + target.path() + '}' : "&" + names.get(0);
    }

    /** The label of a reference to a node that only the base has; empty if the node is in this tree. */
    static Optional<String> baseLabel(String reference, PropertyValue value, int offset) {
        return value.intAt(offset) == SourceValue.UNKNOWN_PHANDLE
                ? Optional.of(reference.substring(1))
                : Optional.empty();
    }
}

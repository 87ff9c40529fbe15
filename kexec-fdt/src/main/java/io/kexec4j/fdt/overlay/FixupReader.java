package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.BADOVERLAY;
import static io.kexec4j.fdt.FdtError.BADPATH;
import static io.kexec4j.fdt.FdtError.NOTFOUND;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what an overlay says of its references, and checks that each place is one. */
final class FixupReader {
    private static final int MOST_DIGITS = 10;

    private FixupReader() {}

    /** The places of each label, from /__fixups__. */
    static Map<String, List<Place>> labels(DeviceTree overlay) throws FdtException {
        Map<String, List<Place>> labels = new LinkedHashMap<>();
        Optional<? extends Node> fixups = overlay.root().child(OverlayNames.FIXUPS);
        if (fixups.isPresent()) {
            for (Property property : fixups.get().properties()) {
                labels.computeIfAbsent(property.name(), name -> new ArrayList<>())
                        .addAll(places(overlay, fixups.get(), property));
            }
        }
        return labels;
    }

    private static List<Place> places(DeviceTree overlay, Node fixups, Property property) throws FdtException {
        if (!Texts.endsWithNul(property.value())) {
            throw error(
                    BADOVERLAY,
                    fixups,
                    property.name(),
                    "the fixup of label " + property.name() + " is a list of strings, each with a NUL at its end");
        }
        List<Place> places = new ArrayList<>();
        for (String text : Texts.list(property.value())) {
            places.add(place(overlay, fixups, property.name(), text));
        }
        return places;
    }

    /** What "path:property:offset" stands for. */
    private static Place place(DeviceTree overlay, Node fixups, String label, String text) throws FdtException {
        int name = text.indexOf(':') + 1;
        int digits = text.indexOf(':', name) + 1;
        OptionalLong offset = digits == 0 ? OptionalLong.empty() : offset(text.substring(digits));
        if (name == 0 || digits <= name + 1 || offset.isEmpty()) {
            throw error(
                    BADOVERLAY,
                    fixups,
                    label,
                    "the fixup \"" + text + "\" of label " + label + " is not path:property:offset");
        }
        String path = text.substring(0, name - 1);
        if (!path.startsWith("/")) {
            throw error(BADPATH, fixups, label, "the fixup \"" + text + "\" of label " + label + " begins with no /");
        }
        Node node = Lookup.find(overlay, path)
                .orElseThrow(() -> error(
                        BADOVERLAY,
                        fixups,
                        label,
                        "the fixup \"" + text + "\" of label " + label + " names a node that the overlay lacks"));
        String property = text.substring(name, digits - 1);
        PropertyValue value = node.property(property)
                .orElseThrow(() -> FdtException.in(
                        NOTFOUND,
                        node.path(),
                        property,
                        "the fixup \"" + text + "\" of label " + label + " names a property that is not there"));
        return Place.of(node, property, value, offset.getAsLong(), "the fixup \"" + text + "\" of label " + label);
    }

    /** A decimal number of at most 32 bits. */
    private static OptionalLong offset(String digits) {
        if (digits.isEmpty() || digits.length() > MOST_DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    /** The places of /__local_fixups__: its nodes and properties are named like those that they are about. */
    static List<Place> local(DeviceTree overlay) throws FdtException {
        List<Place> places = new ArrayList<>();
        Deque<Pair> open = new ArrayDeque<>();
        overlay.root().child(OverlayNames.LOCAL_FIXUPS).ifPresent(top -> open.add(new Pair(top, overlay.root())));
        while (!open.isEmpty()) {
            Pair pair = open.pop();
            for (Property property : pair.fixups.properties()) {
                pair.addPlaces(property, places);
            }
            List<? extends Node> children = pair.fixups.children();
            for (int i = children.size() - 1; i >= 0; i--) {
                open.push(pair.child(children.get(i)));
            }
        }
        return places;
    }

    /** A node below /__local_fixups__, and the one that it is about. */
    private record Pair(Node fixups, Node node) {
        void addPlaces(Property property, List<Place> places) throws FdtException {
            PropertyValue offsets = property.value();
            if (offsets.size() % Integer.BYTES != 0) {
                throw error(BADOVERLAY, fixups, property.name(), "a local fixup is offsets of 4 bytes each");
            }
            PropertyValue value = node.property(property.name())
                    .orElseThrow(() -> error(
                            BADOVERLAY,
                            fixups,
                            property.name(),
                            "the local fixup is about a property that " + node.path() + " lacks"));
            for (int i = 0; i < offsets.size(); i += Integer.BYTES) {
                long offset = Integer.toUnsignedLong(offsets.intAt(i));
                places.add(Place.of(node, property.name(), value, offset, "its local fixup"));
            }
        }

        Pair child(Node child) throws FdtException {
            Node about = Lookup.child(node, child.name())
                    .orElseThrow(() -> FdtException.in(
                            BADOVERLAY,
                            child.path(),
                            "the local fixup is about a node that " + node.path() + " lacks"));
            return new Pair(child, about);
        }
    }

    private static FdtException error(FdtError error, Node node, String property, String rule) {
        return FdtException.in(error, node.path(), property, rule);
    }
}

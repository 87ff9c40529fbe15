package io.kexec4j.fdt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an editable node. Those of a node that comes from a blob stay there until they are first asked for: an edit
 * touches few nodes, and the others can be written as they are.
 */
final class PropertyList {
    /** Null as long as they are in the blob. */
    private @Nullable NamedList<PropertyEntry> entries;

    /** Null once they are not. */
    private @Nullable BlobProperties blob;

    private final int node;

    /** No properties yet. */
    PropertyList() {
        this.entries = new NamedList<>();
        this.node = Structure.NONE;
    }

    /** Those that a node has in a blob. */
    PropertyList(BlobProperties blob, int node) {
        this.blob = blob;
        this.node = node;
    }

    boolean isEmpty() {
        return entries().size() == 0;
    }

    List<Property> toList() {
        List<Property> list = new ArrayList<>();
        BlobProperties unchanged = blob;
        if (unchanged != null) {
            Structure structure = unchanged.structure();
            for (int at = structure.firstProperty(node); at >= 0; at = structure.nextProperty(at)) {
                list.add(new Property(unchanged.name(at), structure.value(at)));
            }
            return list;
        }
        for (PropertyEntry entry = first(); entry != null; entry = entry.next) {
            list.add(new Property(entry.name, entry.value));
        }
        return list;
    }

    @Nullable
    PropertyEntry find(String name) {
        return entries().find(name);
    }

    /** Adds a property before another, or at the end. */
    void insert(PropertyEntry property, @Nullable PropertyEntry before) {
        entries().insert(property, before);
    }

    void remove(PropertyEntry property) {
        entries().remove(property);
    }

    /** Where the properties still are, or null if there are entries. */
    @Nullable
    BlobProperties blob() {
        return blob;
    }

    /** Whose they are there. */
    int node() {
        return node;
    }

    @Nullable
    PropertyEntry first() {
        return entries().first();
    }

    private NamedList<PropertyEntry> entries() {
        NamedList<PropertyEntry> made = entries;
        if (made == null) {
            made = blob == null ? new NamedList<>() : blob.entries(node);
            entries = made;
            blob = null;
        }
        return made;
    }
}

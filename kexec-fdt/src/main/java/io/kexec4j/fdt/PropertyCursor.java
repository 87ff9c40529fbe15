package io.kexec4j.fdt;

import org.jspecify.annotations.Nullable;

/** Goes over the properties of nodes, one after the other, without an object for each that is still in a blob. */
final class PropertyCursor {
    private @Nullable PropertyEntry entry;
    private @Nullable BlobProperties blob;
    private int property;

    /** Goes to the first property of a list; returns whether there is one. */
    boolean first(PropertyList list) {
        blob = list.blob();
        if (blob != null) {
            property = blob.structure().firstProperty(list.node());
            return property >= 0;
        }
        entry = list.first();
        return entry != null;
    }

    /** Goes to the next property; returns whether there is one. */
    boolean next() {
        if (blob != null) {
            property = blob.structure().nextProperty(property);
            return property >= 0;
        }
        entry = entry == null ? null : entry.next;
        return entry != null;
    }

    String name() {
        return blob != null ? blob.name(property) : entry().name;
    }

    PropertyValue value() {
        return blob != null ? blob.structure().value(property) : entry().value;
    }

    private PropertyEntry entry() {
        if (entry == null) {
            throw new IllegalStateException("there is no property");
        }
        return entry;
    }
}

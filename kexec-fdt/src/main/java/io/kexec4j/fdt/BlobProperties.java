package io.kexec4j.fdt;

import org.jspecify.annotations.Nullable;

/**
 * The properties of a blob, as those of an editable tree: in a copy of the bytes, since the blob's buffer is its owner's.
 * Properties that share their name in the blob share it here.
 */
final class BlobProperties {
    private final Structure structure;
    private final int stringsOffset;

    /** The names that have been asked for, by their offset in the strings block. */
    private final @Nullable String[] names;

    BlobProperties(Fdt fdt) {
        FdtHeader header = fdt.header();
        this.structure = fdt.structure().of(fdt.blob().copy(header.totalSize()));
        this.stringsOffset = header.stringsOffset();
        this.names = new String[header.stringsEnd() - stringsOffset];
    }

    Structure structure() {
        return structure;
    }

    /** The properties of a node, as entries that can be changed. */
    NamedList<PropertyEntry> entries(int node) {
        NamedList<PropertyEntry> entries = new NamedList<>();
        for (int at = structure.firstProperty(node); at >= 0; at = structure.nextProperty(at)) {
            entries.insert(new PropertyEntry(name(at), structure.value(at)), null);
        }
        return entries;
    }

    /** How many bytes there are in which names begin. */
    int namesSize() {
        return names.length;
    }

    /** Where the name of a property begins in these. */
    int nameOffset(int property) {
        return structure.propertyNameOffset(property) - stringsOffset;
    }

    String name(int property) {
        int offset = nameOffset(property);
        String name = names[offset];
        if (name == null) {
            name = structure.propertyName(property);
            names[offset] = name;
        }
        return name;
    }
}

package io.kexec4j.fdt;

import java.nio.ByteBuffer;

/**
 * Where everything in the structure block of a blob is: nodes and properties are numbered in the order in which they appear,
 * the root is 0. Everything that is asked of it has been checked when it was read, so nothing here fails; a blob whose bytes
 * change meanwhile reads differently, but never outside of its blocks.
 */
final class Structure {
    static final int NONE = -1;

    final ByteBuffer blob;
    final int stringsOffset;

    /** Per node: the offset of its name, the length of its name, the node above. */
    private final IntList names;

    private final IntList nameLengths;
    private final IntList parents;

    /** Per node: its first and last child and property, and the node behind it below the same parent. */
    private final IntList firstChildren;

    private final IntList lastChildren;
    private final IntList nextSiblings;
    private final IntList firstProperties;
    private final IntList lastProperties;

    /** Per property: the offset of its token, and the property behind it in the same node. */
    private final IntList properties;

    private final IntList nextProperties;

    Structure(ByteBuffer blob, FdtHeader header) {
        this.blob = blob;
        this.stringsOffset = header.stringsOffset();
        int nodes = header.structureSize() / 128;
        names = new IntList(nodes);
        nameLengths = new IntList(nodes);
        parents = new IntList(nodes);
        firstChildren = new IntList(nodes);
        lastChildren = new IntList(nodes);
        nextSiblings = new IntList(nodes);
        firstProperties = new IntList(nodes);
        lastProperties = new IntList(nodes);
        properties = new IntList(header.structureSize() / 32);
        nextProperties = new IntList(header.structureSize() / 32);
    }

    /** Adds a node below another, or the root below {@link #NONE}, and returns its number. */
    int addNode(int parent, int nameOffset, int nameLength) {
        int node = names.size();
        names.add(nameOffset);
        nameLengths.add(nameLength);
        parents.add(parent);
        firstChildren.add(NONE);
        lastChildren.add(NONE);
        nextSiblings.add(NONE);
        firstProperties.add(NONE);
        lastProperties.add(NONE);
        if (parent != NONE) {
            link(firstChildren, lastChildren, nextSiblings, parent, node);
        }
        return node;
    }

    /** Adds a property to a node. */
    void addProperty(int node, int tokenOffset) {
        int property = properties.size();
        properties.add(tokenOffset);
        nextProperties.add(NONE);
        link(firstProperties, lastProperties, nextProperties, node, property);
    }

    private static void link(IntList first, IntList last, IntList next, int owner, int added) {
        if (first.get(owner) == NONE) {
            first.set(owner, added);
        } else {
            next.set(last.get(owner), added);
        }
        last.set(owner, added);
    }

    int nodeCount() {
        return names.size();
    }

    int propertyCount() {
        return properties.size();
    }

    int parent(int node) {
        return parents.get(node);
    }

    int firstChild(int node) {
        return firstChildren.get(node);
    }

    int nextSibling(int node) {
        return nextSiblings.get(node);
    }

    int firstProperty(int node) {
        return firstProperties.get(node);
    }

    int nextProperty(int property) {
        return nextProperties.get(property);
    }

    int nameOffset(int node) {
        return names.get(node);
    }

    int nameLength(int node) {
        return nameLengths.get(node);
    }

    /** The length of the name up to its first '@'. */
    int baseNameLength(int node) {
        int name = names.get(node);
        int length = nameLengths.get(node);
        for (int i = 0; i < length; i++) {
            if (blob.get(name + i) == '@') {
                return i;
            }
        }
        return length;
    }

    String name(int node) {
        return Latin1.decode(blob, names.get(node), nameLengths.get(node));
    }

    /** Where the token of a property is. */
    int propertyOffset(int property) {
        return properties.get(property);
    }

    int valueLength(int property) {
        return blob.getInt(properties.get(property) + 4);
    }

    PropertyValue value(int property) {
        return new PropertyValue(blob, properties.get(property) + Token.PROP_HEADER, valueLength(property));
    }

    /** Where the name of a property is, from the start of the blob. */
    int propertyNameOffset(int property) {
        return stringsOffset + blob.getInt(properties.get(property) + 8);
    }

    String propertyName(int property) {
        int start = propertyNameOffset(property);
        return Latin1.decode(blob, start, Latin1.length(blob, start));
    }

    boolean isPropertyName(int property, String name) {
        int start = propertyNameOffset(property);
        for (int i = 0; i < name.length(); i++) {
            byte next = blob.get(start + i);
            if (next == 0 || Byte.toUnsignedInt(next) != name.charAt(i)) {
                return false;
            }
        }
        return blob.get(start + name.length()) == 0;
    }

    int byteAt(int offset) {
        return Byte.toUnsignedInt(blob.get(offset));
    }
}

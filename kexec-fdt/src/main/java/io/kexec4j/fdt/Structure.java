package io.kexec4j.fdt;

import java.util.Arrays;

/**
 * Where everything in the structure block of a blob is: nodes and properties are numbered in the order in which they appear,
 * the root is 0. Everything that is asked of it has been checked when it was read, so nothing here fails; a blob whose bytes
 * change meanwhile reads differently, but never outside of its blocks.
 */
final class Structure {
    static final int NONE = -1;

    private final Blob blob;

    /** What is known of a node: as many numbers, one after the other. */
    private static final int NAME_OFFSET = 0;

    private static final int NAME_LENGTH = 1;
    private static final int PARENT = 2;
    private static final int FIRST_CHILD = 3;
    private static final int LAST_CHILD = 4;
    private static final int NEXT_SIBLING = 5;
    private static final int FIRST_PROPERTY = 6;
    private static final int LAST_PROPERTY = 7;
    private static final int NODE_SIZE = 8;

    /** What is known of a property; offsets are from the start of the blob. */
    private static final int TOKEN_OFFSET = 0;

    private static final int NEXT_PROPERTY = 1;
    private static final int VALUE_LENGTH = 2;
    private static final int PROPERTY_NAME_OFFSET = 3;
    private static final int PROPERTY_NAME_LENGTH = 4;
    private static final int PROPERTY_SIZE = 5;

    /** The longest array that every virtual machine makes: longer than the largest blob needs. */
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    private int[] nodes;
    private int nodeCount;
    private int[] properties;
    private int propertyCount;

    Structure(Blob blob, FdtHeader header) {
        this.blob = blob;
        // A usual tree has that many.
        this.nodes = new int[(header.structureSize() / 96 + 1) * NODE_SIZE];
        this.properties = new int[(header.structureSize() / 24 + 1) * PROPERTY_SIZE];
    }

    private Structure(Blob blob, Structure like) {
        this.blob = blob;
        this.nodes = like.nodes;
        this.nodeCount = like.nodeCount;
        this.properties = like.properties;
        this.propertyCount = like.propertyCount;
    }

    /** The same of a copy of the blob. */
    Structure of(Blob copy) {
        return new Structure(copy, this);
    }

    /** Adds a node below another, or the root below {@link #NONE}, and returns its number. */
    int addNode(int parent, int nameOffset, int nameLength) {
        int at = nodeCount * NODE_SIZE;
        if (at > nodes.length - NODE_SIZE) {
            nodes = Arrays.copyOf(nodes, longer(nodes.length));
        }
        nodes[at + NAME_OFFSET] = nameOffset;
        nodes[at + NAME_LENGTH] = nameLength;
        nodes[at + PARENT] = parent;
        Arrays.fill(nodes, at + FIRST_CHILD, at + NODE_SIZE, NONE);
        if (parent != NONE) {
            int above = parent * NODE_SIZE;
            int last = nodes[above + LAST_CHILD];
            nodes[last == NONE ? above + FIRST_CHILD : last * NODE_SIZE + NEXT_SIBLING] = nodeCount;
            nodes[above + LAST_CHILD] = nodeCount;
        }
        return nodeCount++;
    }

    /** The length of the array that takes the place of a full one. */
    static int longer(int length) {
        return (int) Math.min(length * 2L, LONGEST);
    }

    /** Adds a property to a node. */
    void addProperty(int node, int tokenOffset, int valueLength, int nameOffset, int nameLength) {
        int at = propertyCount * PROPERTY_SIZE;
        if (at > properties.length - PROPERTY_SIZE) {
            properties = Arrays.copyOf(properties, longer(properties.length));
        }
        properties[at + TOKEN_OFFSET] = tokenOffset;
        properties[at + NEXT_PROPERTY] = NONE;
        properties[at + VALUE_LENGTH] = valueLength;
        properties[at + PROPERTY_NAME_OFFSET] = nameOffset;
        properties[at + PROPERTY_NAME_LENGTH] = nameLength;
        int owner = node * NODE_SIZE;
        int last = nodes[owner + LAST_PROPERTY];
        if (last == NONE) {
            nodes[owner + FIRST_PROPERTY] = propertyCount;
        } else {
            properties[last * PROPERTY_SIZE + NEXT_PROPERTY] = propertyCount;
        }
        nodes[owner + LAST_PROPERTY] = propertyCount;
        propertyCount++;
    }

    Blob blob() {
        return blob;
    }

    int nodeCount() {
        return nodeCount;
    }

    int propertyCount() {
        return propertyCount;
    }

    int parent(int node) {
        return nodes[node * NODE_SIZE + PARENT];
    }

    int firstChild(int node) {
        return nodes[node * NODE_SIZE + FIRST_CHILD];
    }

    int nextSibling(int node) {
        return nodes[node * NODE_SIZE + NEXT_SIBLING];
    }

    int firstProperty(int node) {
        return nodes[node * NODE_SIZE + FIRST_PROPERTY];
    }

    int nextProperty(int property) {
        return properties[property * PROPERTY_SIZE + NEXT_PROPERTY];
    }

    int nameOffset(int node) {
        return nodes[node * NODE_SIZE + NAME_OFFSET];
    }

    int nameLength(int node) {
        return nodes[node * NODE_SIZE + NAME_LENGTH];
    }

    /** The length of the name up to its first '@'. */
    int baseNameLength(int node) {
        int name = nameOffset(node);
        int length = nameLength(node);
        for (int i = 0; i < length; i++) {
            if (blob.byteAt(name + i) == '@') {
                return i;
            }
        }
        return length;
    }

    String name(int node) {
        return blob.latin1(nameOffset(node), nameLength(node));
    }

    /** Where the token of a property is. */
    int propertyOffset(int property) {
        return properties[property * PROPERTY_SIZE + TOKEN_OFFSET];
    }

    int valueLength(int property) {
        return properties[property * PROPERTY_SIZE + VALUE_LENGTH];
    }

    PropertyValue value(int property) {
        return new PropertyValue(blob, propertyOffset(property) + Token.PROP_HEADER, valueLength(property));
    }

    /** Where the name of a property is, from the start of the blob. */
    int propertyNameOffset(int property) {
        return properties[property * PROPERTY_SIZE + PROPERTY_NAME_OFFSET];
    }

    private int propertyNameLength(int property) {
        return properties[property * PROPERTY_SIZE + PROPERTY_NAME_LENGTH];
    }

    String propertyName(int property) {
        return blob.latin1(propertyNameOffset(property), propertyNameLength(property));
    }

    /** The first property of a name, or {@link #NONE}. */
    int find(int node, String name) {
        int at = firstProperty(node);
        while (at >= 0 && !isPropertyName(at, name)) {
            at = nextProperty(at);
        }
        return at;
    }

    /** The phandle of a node, as {@link Phandles} says what it is; 0 if it has none. */
    int phandle(int node) {
        int found = find(node, Phandles.NAME);
        if (found < 0 || valueLength(found) != Integer.BYTES) {
            found = find(node, Phandles.LINUX_NAME);
        }
        if (found < 0 || valueLength(found) != Integer.BYTES) {
            return 0;
        }
        int phandle = blob.intAt(propertyOffset(found) + Token.PROP_HEADER);
        return Phandles.isUsable(phandle) ? phandle : 0;
    }

    boolean isPropertyName(int property, String name) {
        if (propertyNameLength(property) != name.length()) {
            return false;
        }
        int start = propertyNameOffset(property);
        for (int i = 0; i < name.length(); i++) {
            if (byteAt(start + i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    int byteAt(int offset) {
        return Byte.toUnsignedInt(blob.byteAt(offset));
    }
}

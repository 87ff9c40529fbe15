package io.kexec4j.fdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** A node of a {@linkplain Fdt flattened tree}. Two of them are equal if they are the same node of the same tree. */
public final class FdtNode implements Node {
    private final Fdt tree;
    private final int number;

    FdtNode(Fdt tree, int number) {
        this.tree = tree;
        this.number = number;
    }

    @Override
    public String name() {
        return structure().name(number);
    }

    @Override
    public Optional<FdtNode> parent() {
        return node(structure().parent(number));
    }

    @Override
    public List<FdtNode> children() {
        List<FdtNode> children = new ArrayList<>();
        for (int child = structure().firstChild(number);
                child >= 0;
                child = structure().nextSibling(child)) {
            children.add(new FdtNode(tree, child));
        }
        return children;
    }

    @Override
    public List<Property> properties() {
        Structure structure = structure();
        List<Property> properties = new ArrayList<>();
        for (int at = structure.firstProperty(number); at >= 0; at = structure.nextProperty(at)) {
            properties.add(new Property(structure.propertyName(at), structure.value(at)));
        }
        return properties;
    }

    @Override
    public Optional<FdtNode> child(String name) {
        return node(tree.names().find(number, name, 0, name.length()));
    }

    @Override
    public Optional<FdtNode> childOfAnyUnit(String name) {
        return name.indexOf('@') >= 0 ? child(name) : node(tree.baseNames().find(number, name, 0, name.length()));
    }

    @Override
    public Optional<Integer> phandle() {
        int phandle = structure().phandle(number);
        return phandle == 0 ? Optional.empty() : Optional.of(phandle);
    }

    @Override
    public Optional<PropertyValue> property(String name) {
        int found = find(name);
        return found < 0 ? Optional.empty() : Optional.of(structure().value(found));
    }

    /**
     * {@return where in the blob the value of a property begins, in bytes from the start of the blob; empty if there is no such
     * property}
     *
     * @param name the property's name
     */
    public OptionalInt valueOffset(String name) {
        int found = find(name);
        return found < 0 ? OptionalInt.empty() : OptionalInt.of(structure().propertyOffset(found) + Token.PROP_HEADER);
    }

    /**
     * {@return where in the blob the name of this node begins, in bytes from the start of the blob: 4 bytes behind its token}
     */
    public int nameOffset() {
        return structure().nameOffset(number);
    }

    private int find(String name) {
        return structure().find(number, name);
    }

    private Structure structure() {
        return tree.structure();
    }

    private Optional<FdtNode> node(int found) {
        return found < 0 ? Optional.empty() : Optional.of(new FdtNode(tree, found));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FdtNode that && tree == that.tree && number == that.number;
    }

    @Override
    public int hashCode() {
        return Objects.hash(System.identityHashCode(tree), number);
    }

    @Override
    public String toString() {
        return path();
    }
}

package io.kexec4j.fdt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A node of a device tree: a name, properties and child nodes, both in an order that is kept. It belongs to a
 * {@linkplain Fdt flattened tree} or to an {@linkplain EditableTree editable one}; this is what can be asked of both.
 *
 * <p>Names are strings of one character a byte (ISO 8859-1), so that whatever a blob contains can be told apart and written
 * back. A name is {@code base-name@unit-address}, or only a base name (Devicetree Specification v0.4, section 2.2.1); that
 * of the root is empty. Where a malformed tree has several children or properties of one name, the first is found.
 */
public sealed interface Node permits FdtNode, EditableNode {
    /**
     * {@return the name, with its unit address; empty for the root}
     */
    String name();

    /**
     * {@return the node above; empty for the root}
     */
    Optional<? extends Node> parent();

    /**
     * {@return the nodes below, in order}
     */
    List<? extends Node> children();

    /**
     * {@return the properties, in order}
     */
    List<Property> properties();

    /**
     * {@return the child of exactly this name}
     *
     * @param name the name, with its unit address
     */
    Optional<? extends Node> child(String name);

    /**
     * {@return the first child whose name is this one, or this one and a unit address: what libfdt finds for a name
     * without one}
     *
     * @param name the name; if it has a unit address, only that child is found
     */
    Optional<? extends Node> childOfAnyUnit(String name);

    /**
     * {@return the value of a property}
     *
     * @param name the property's name
     */
    Optional<PropertyValue> property(String name);

    /**
     * {@return the part of the name before the first '@'}
     */
    default String baseName() {
        int at = name().indexOf('@');
        return at < 0 ? name() : name().substring(0, at);
    }

    /**
     * {@return the part of the name behind the first '@', if there is one}
     */
    default Optional<String> unitAddress() {
        int at = name().indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(name().substring(at + 1));
    }

    /**
     * {@return the path from the root, such as /soc/serial@1000; that of the root is /}
     */
    default String path() {
        Deque<String> names = new ArrayDeque<>();
        for (Node node = this; node.parent().isPresent(); node = node.parent().get()) {
            names.push(node.name());
        }
        return "/" + String.join("/", names);
    }

    /**
     * {@return the number of nodes above this one: 0 for the root}
     */
    default int depth() {
        int depth = 0;
        for (Optional<? extends Node> above = parent();
                above.isPresent();
                above = above.get().parent()) {
            depth++;
        }
        return depth;
    }

    /**
     * {@return the number by which other nodes refer to this one, unsigned: its {@code phandle}, else its {@code
     * linux,phandle}; empty if it has neither, or of another length than 4 bytes, or one of the reserved numbers 0 and
     * 0xffffffff}
     */
    default Optional<Integer> phandle() {
        return Phandles.of(property(Phandles.NAME), property(Phandles.LINUX_NAME));
    }
}

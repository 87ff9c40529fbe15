package io.kexec4j.fdt;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A device tree: nodes, memory reservations, and the number of the CPU that boots. It is a {@linkplain Fdt flattened tree},
 * which is read only, or an {@linkplain EditableTree editable one}; this is what can be asked of both.
 *
 * <h2>Paths</h2>
 *
 * <p>A path is {@code /name/name...}, each name exact, with its unit address. It may begin with an alias instead (a
 * property of the node /aliases, whose value is a path): {@code serial0/rs485}. Slashes may be repeated, and may stand at
 * the end.
 */
public sealed interface DeviceTree permits Fdt, EditableTree {
    /**
     * {@return the root}
     */
    Node root();

    /**
     * {@return the memory that must be left alone, in the order of the reservation block}
     */
    List<MemoryReservation> reservations();

    /**
     * {@return boot_cpuid_phys, unsigned: the physical ID of the boot CPU, as the reg property of its node has it}
     */
    int bootCpuid();

    /**
     * {@return the node at a path; empty if there is none, or if the path neither begins with '/' nor with an alias}
     *
     * @param path the path, with all unit addresses
     */
    Optional<? extends Node> node(String path);

    /**
     * {@return the node at a path in which names may lack their unit address: each finds the first child, in order, that has
     * this name with or without one. That is what libfdt and U-Boot do; a tree in which the answer is ambiguous is common}
     *
     * @param path the path
     */
    Optional<? extends Node> nodeOfAnyUnit(String path);

    /**
     * {@return the node with a phandle; the first in tree order if a malformed tree has several}
     *
     * @param phandle the number, unsigned
     */
    Optional<? extends Node> nodeByPhandle(int phandle);

    /**
     * {@return the nodes whose {@code compatible} lists a string, in tree order}
     *
     * @param compatible the string, such as "arm,pl011"
     */
    List<? extends Node> compatibleWith(String compatible);

    /**
     * {@return the nodes that have a property, in tree order}
     *
     * @param property the name of the property
     */
    List<? extends Node> nodesWith(String property);

    /**
     * {@return the nodes that have a property of a value, in tree order}
     *
     * @param property the name of the property
     * @param value all the bytes of its value
     */
    List<? extends Node> nodesWith(String property, PropertyValue value);

    /**
     * {@return all nodes in tree order: each before its children, the root first}
     */
    List<? extends Node> all();

    /**
     * {@return {@link #all()} as a stream}
     */
    default Stream<Node> nodes() {
        return all().stream().map(node -> node);
    }

    /**
     * {@return the value of an alias}
     *
     * @param name the alias: a property of the node /aliases
     */
    default Optional<String> alias(String name) {
        return Paths.alias(root(), name);
    }
}

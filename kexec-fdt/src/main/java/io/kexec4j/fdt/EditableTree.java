package io.kexec4j.fdt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A device tree that can be changed: its {@linkplain EditableNode nodes}, its memory reservations, the number of its boot CPU.
 * It comes from {@link Fdt#edit()} or is built from nothing, and becomes a blob again by {@link #write()}:
 *
 * <pre>{@code
 * EditableTree tree = Fdt.read(blob).edit();
 * tree.root().childOrAdd("chosen").set("bootargs", PropertyValue.ofStrings("console=ttyAMA0"));
 * ByteBuffer edited = tree.write();
 * }</pre>
 *
 * <p>Lookups answer for the tree as it is now. They go through indexes that follow the edits; the first one after a change
 * of the properties it asks for may have to look at all nodes once. Not for use by several threads at a time.
 */
public final class EditableTree implements DeviceTree {
    private final EditableNode root;
    private final EditableIndexes indexes = new EditableIndexes(this);
    private final List<MemoryReservation> reservations = new ArrayList<>();
    private int bootCpuid;

    private EditableTree(PropertyList properties) {
        this.root = EditableNode.root(this, properties);
    }

    /**
     * {@return a tree of nothing but a root without properties}
     */
    public static EditableTree empty() {
        return new EditableTree(new PropertyList());
    }

    /** The tree of a blob, of whose bytes it has a copy: values that nobody touches outlive the buffer. */
    static EditableTree of(Fdt fdt) {
        BlobProperties properties = new BlobProperties(fdt);
        EditableTree tree = new EditableTree(new PropertyList(properties, 0));
        tree.bootCpuid = fdt.bootCpuid();
        tree.reservations.addAll(fdt.reservations());
        Copies.fill(tree.root, fdt.structure(), properties);
        return tree;
    }

    /**
     * {@return a tree of the same content; changes of either do not show in the other}
     */
    public EditableTree copy() {
        EditableTree tree = new EditableTree(new PropertyList());
        tree.bootCpuid = bootCpuid;
        tree.reservations.addAll(reservations);
        Copies.fill(tree.root, root);
        return tree;
    }

    /**
     * {@return the blob of version 17 that dtc would write for this tree, as a buffer of exactly its size}
     */
    public ByteBuffer write() {
        return write(BlobOptions.DEFAULT);
    }

    /**
     * {@return a blob, as a buffer of exactly its size}
     *
     * @param options its version, and room for later growth
     * @throws IllegalArgumentException if it would have 2 GiB or almost as much
     */
    public ByteBuffer write(BlobOptions options) {
        return BlobLayout.of(this, options).write();
    }

    /**
     * {@return the flattened tree that {@link #write()} writes}
     */
    public Fdt flatten() {
        try {
            return Fdt.read(write(), FdtLimits.NONE);
        } catch (FdtException e) {
            throw new AssertionError("what is written can be read", e);
        }
    }

    @Override
    public EditableNode root() {
        return root;
    }

    @Override
    public List<MemoryReservation> reservations() {
        return List.copyOf(reservations);
    }

    /**
     * Replaces all memory reservations.
     *
     * @param replacement the new ones, in order
     */
    public void setReservations(List<MemoryReservation> replacement) {
        List<MemoryReservation> copy = List.copyOf(replacement);
        indexes.count();
        reservations.clear();
        reservations.addAll(copy);
    }

    /**
     * Adds a memory reservation behind the others.
     *
     * @param reservation the memory that must be left alone
     */
    public void reserve(MemoryReservation reservation) {
        indexes.count();
        reservations.add(reservation);
    }

    /**
     * Removes the first memory reservation of exactly this range.
     *
     * @param reservation the range
     * @return whether there was one
     */
    public boolean release(MemoryReservation reservation) {
        indexes.count();
        return reservations.remove(reservation);
    }

    @Override
    public int bootCpuid() {
        return bootCpuid;
    }

    /**
     * Sets boot_cpuid_phys.
     *
     * @param cpuid the physical ID of the boot CPU, unsigned
     */
    public void setBootCpuid(int cpuid) {
        indexes.count();
        bootCpuid = cpuid;
    }

    @Override
    public Optional<EditableNode> node(String path) {
        return find(path, EditableNode::child);
    }

    @Override
    public Optional<EditableNode> nodeOfAnyUnit(String path) {
        return find(path, EditableNode::childOfAnyUnit);
    }

    private Optional<EditableNode> find(String path, BiFunction<EditableNode, String, Optional<EditableNode>> child) {
        String absolute = Paths.absolute(this, path).orElse(null);
        if (absolute == null) {
            return Optional.empty();
        }
        Optional<EditableNode> node = Optional.of(root);
        for (int start = Paths.nameStart(absolute, 0), end; node.isPresent() && start < absolute.length(); ) {
            end = Paths.nameEnd(absolute, start);
            node = child.apply(node.get(), absolute.substring(start, end));
            start = Paths.nameStart(absolute, end);
        }
        return node;
    }

    @Override
    public Optional<EditableNode> nodeByPhandle(int phandle) {
        return indexes.byPhandle(phandle);
    }

    @Override
    public List<EditableNode> compatibleWith(String compatible) {
        return indexes.properties().listing("compatible", compatible);
    }

    @Override
    public List<EditableNode> nodesWith(String property) {
        return indexes.properties().with(property);
    }

    @Override
    public List<EditableNode> nodesWith(String property, PropertyValue value) {
        return indexes.properties().with(property, value);
    }

    EditableIndexes indexes() {
        return indexes;
    }

    /**
     * {@return all nodes in tree order, as they are now: edits do not change the list}
     */
    @Override
    public List<EditableNode> all() {
        return all(root);
    }

    /** A node and all below it, in tree order. */
    static List<EditableNode> all(EditableNode top) {
        List<EditableNode> all = new ArrayList<>();
        for (EditableNode node = top; node != null; node = Preorder.next(node, top)) {
            all.add(node);
        }
        return all;
    }
}

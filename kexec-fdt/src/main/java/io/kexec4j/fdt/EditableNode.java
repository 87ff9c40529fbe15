package io.kexec4j.fdt;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node of an {@linkplain EditableTree editable tree}: its properties and children can be set, inserted, renamed, moved and
 * removed, each at the cost of the change and not of the tree. What is not touched keeps its order and its bytes.
 *
 * <p>A node that was removed, with all below it, can be moved back to this tree or to another.
 */
public final class EditableNode extends NamedList.Entry<EditableNode> implements Node {
    private final PropertyList properties;
    private final NamedList<EditableNode> children = new NamedList<>();
    private @Nullable EditableNode parent;

    /** The tree whose root this is. */
    private @Nullable EditableTree tree;

    /** The first child of each base name; null if it must be made again. */
    private @Nullable FirstByName<EditableNode> baseNames;

    EditableNode(String name) {
        this(name, new PropertyList());
    }

    EditableNode(String name, PropertyList properties) {
        super(name);
        this.properties = properties;
    }

    /** The root of a tree. */
    static EditableNode root(EditableTree tree, PropertyList properties) {
        EditableNode root = new EditableNode("", properties);
        root.tree = tree;
        return root;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<EditableNode> parent() {
        return Optional.ofNullable(parent);
    }

    /** The parent, or null if this is the root or removed. */
    @Nullable
    EditableNode above() {
        return parent;
    }

    @Override
    public List<EditableNode> children() {
        return children.toList();
    }

    @Override
    public List<Property> properties() {
        return properties.toList();
    }

    @Override
    public Optional<EditableNode> child(String wanted) {
        return Optional.ofNullable(children.find(wanted));
    }

    @Override
    public Optional<EditableNode> childOfAnyUnit(String wanted) {
        return wanted.indexOf('@') >= 0
                ? child(wanted)
                : Optional.ofNullable(baseNames().find(wanted));
    }

    @Override
    public Optional<PropertyValue> property(String wanted) {
        return Optional.ofNullable(properties.find(wanted)).map(property -> property.value);
    }

    /**
     * Sets a property: a new value where it stands, or at the end of the properties if there is none of that name.
     *
     * @param property the name, of characters up to 0xff without NUL, not empty
     * @param value the value
     * @return this node
     * @throws IllegalArgumentException if the name cannot be written
     */
    public EditableNode set(String property, PropertyValue value) {
        Objects.requireNonNull(value);
        PropertyEntry entry = properties.find(property);
        if (entry == null) {
            add(new PropertyEntry(writable(property), value), null);
        } else {
            leave(entry.name);
            entry.value = value;
            enter(entry.name);
        }
        return this;
    }

    /**
     * Adds a property before another.
     *
     * @param property the name, of characters up to 0xff without NUL, not empty
     * @param value the value
     * @param before the name of a property that this node has
     * @return this node
     * @throws IllegalArgumentException if the name cannot be written, if there is a property of that name, or none to stand
     *     before
     */
    public EditableNode insert(String property, PropertyValue value, String before) {
        verifyNew(properties.find(property) == null, property);
        add(new PropertyEntry(writable(property), value), entry(before));
        return this;
    }

    /**
     * Removes a property.
     *
     * @param property the name
     * @return whether there was one
     */
    public boolean unset(String property) {
        PropertyEntry entry = properties.find(property);
        if (entry == null) {
            return false;
        }
        leave(property);
        properties.remove(entry);
        enter(property);
        return true;
    }

    /**
     * Gives a property another name; it keeps its place and its value.
     *
     * @param property the name of a property that this node has
     * @param renamed the new name
     * @throws IllegalArgumentException if there is no such property, one of the new name already, or if that cannot be
     *     written
     */
    public void rename(String property, String renamed) {
        PropertyEntry entry = entry(property);
        verifyNew(renamed.equals(property) || properties.find(renamed) == null, renamed);
        PropertyEntry replacement = new PropertyEntry(writable(renamed), entry.value);
        PropertyEntry next = entry.next;
        unset(property);
        add(replacement, next);
    }

    /**
     * {@return a new child without properties, behind the others}
     *
     * @param child its name, with its unit address: of characters up to 0xff without NUL and '/', not empty
     * @throws IllegalArgumentException if there is a child of that name, or if it cannot be written
     */
    public EditableNode add(String child) {
        EditableNode added = new EditableNode(writableNode(child));
        attach(added, null);
        return added;
    }

    /**
     * {@return a new child without properties, before another}
     *
     * @param child its name, as for {@link #add(String)}
     * @param before a child of this node
     * @throws IllegalArgumentException if there is a child of that name, if it cannot be written, or if {@code before} is
     *     not a child of this node
     */
    public EditableNode insert(String child, EditableNode before) {
        EditableNode added = new EditableNode(writableNode(child));
        attach(added, before);
        return added;
    }

    /**
     * {@return the child of a name, which is added behind the others if there is none}
     *
     * @param child its name, as for {@link #add(String)}
     */
    public EditableNode childOrAdd(String child) {
        return child(child).orElseGet(() -> add(child));
    }

    /**
     * {@return a new child that is like another node, with copies of all below it, behind the others}
     *
     * @param source the node to copy, of any tree
     * @throws IllegalArgumentException if there is a child of that name, or if the source has none, as a root
     */
    public EditableNode addCopy(Node source) {
        writable(source.name());
        EditableNode copy = Copies.of(source);
        attach(copy, null);
        return copy;
    }

    /**
     * Gives this node another name; it keeps its place.
     *
     * @param renamed the new name, as for {@link #add(String)}
     * @throws IllegalArgumentException if a sibling has that name, or if it cannot be written
     * @throws IllegalStateException if this is the root
     */
    public void rename(String renamed) {
        verifyNoRoot();
        writableNode(renamed);
        EditableNode above = parent;
        if (above == null) {
            name = renamed;
            return;
        }
        verifyNew(renamed.equals(name) || above.child(renamed).isEmpty(), renamed);
        EditableNode behind = next;
        above.unlink(this);
        name = renamed;
        above.link(this, behind);
        index().ifPresent(EditableIndexes::count);
    }

    /**
     * Takes this node and all below it out of its tree.
     *
     * @throws IllegalStateException if this is the root
     */
    public void remove() {
        verifyNoRoot();
        EditableNode above = parent;
        if (above != null) {
            above.index().ifPresent(found -> found.leave(this));
            above.unlink(this);
            parent = null;
        }
    }

    /**
     * Takes this node and all below it from where it is, if anywhere, and adds it behind the children of another.
     *
     * @param target the new parent, in this tree or another
     * @throws IllegalArgumentException if the target has a child of that name, or lies below this node
     * @throws IllegalStateException if this is the root
     */
    public void moveTo(EditableNode target) {
        move(target, null);
    }

    /**
     * Takes this node and all below it from where it is, if anywhere, and adds it before another.
     *
     * @param sibling the node that it shall stand before, in this tree or another
     * @throws IllegalArgumentException if the new parent has another child of that name, if it lies below this node, or if
     *     the sibling is a root or this node
     * @throws IllegalStateException if this is the root
     */
    public void moveBefore(EditableNode sibling) {
        if (sibling.parent == null || sibling == this) {
            throw new IllegalArgumentException("nothing can stand before " + sibling.path());
        }
        move(sibling.parent, sibling);
    }

    private void move(EditableNode target, @Nullable EditableNode before) {
        verifyNoRoot();
        for (EditableNode above = target; above != null; above = above.parent) {
            if (above == this) {
                throw new IllegalArgumentException(path() + " cannot be moved below itself");
            }
        }
        // Below its own parent, a malformed blob may have given it namesakes: they are in nobody's way.
        target.verifyNew(target == parent || target.children.find(name) == null, name);
        remove();
        target.enter(this, before);
    }

    private void attach(EditableNode child, @Nullable EditableNode before) {
        verifyNew(children.find(child.name) == null, child.name);
        if (before != null && before.parent != this) {
            throw new IllegalArgumentException(before.path() + " is no child of " + path());
        }
        enter(child, before);
    }

    private void enter(EditableNode child, @Nullable EditableNode before) {
        link(child, before);
        child.parent = this;
        index().ifPresent(found -> found.enter(child));
    }

    /** Adds a child as a blob has it: perhaps the second one of its name. */
    void append(EditableNode child) {
        link(child, null);
        child.parent = this;
    }

    /** Adds a property as a blob has it: perhaps the second one of its name. */
    void append(PropertyEntry property) {
        properties.insert(property, null);
    }

    private void link(EditableNode child, @Nullable EditableNode before) {
        children.insert(child, before);
        if (baseNames != null && !baseNames.added(child)) {
            baseNames = null;
        }
    }

    private void unlink(EditableNode child) {
        if (baseNames != null) {
            baseNames.removed(child);
        }
        children.remove(child);
    }

    private FirstByName<EditableNode> baseNames() {
        FirstByName<EditableNode> made = baseNames;
        if (made == null) {
            made = new FirstByName<>(children.first(), children.size(), EditableNode::baseName);
            baseNames = made;
        }
        return made;
    }

    private void add(PropertyEntry entry, @Nullable PropertyEntry before) {
        leave(entry.name);
        properties.insert(entry, before);
        enter(entry.name);
    }

    /** Before a property changes: what the indexes of the tree know of this node. */
    private void leave(String property) {
        index().ifPresent(found -> found.leave(this, property));
    }

    private void enter(String property) {
        index().ifPresent(found -> found.enter(this, property));
    }

    /** The indexes of the tree that this node is in, if it is in one. */
    private Optional<EditableIndexes> index() {
        EditableNode top = this;
        while (top.parent != null) {
            top = top.parent;
        }
        return Optional.ofNullable(top.tree).map(EditableTree::indexes);
    }

    PropertyList propertyList() {
        return properties;
    }

    NamedList<EditableNode> childList() {
        return children;
    }

    private PropertyEntry entry(String property) {
        PropertyEntry entry = properties.find(property);
        if (entry == null) {
            throw new IllegalArgumentException(path() + " has no property " + property);
        }
        return entry;
    }

    private void verifyNoRoot() {
        if (tree != null) {
            throw new IllegalStateException("the root can be neither moved, renamed nor removed");
        }
    }

    private void verifyNew(boolean isNew, String wanted) {
        if (!isNew) {
            throw new IllegalArgumentException(path() + " has a " + wanted + " already");
        }
    }

    private static String writable(String wanted) {
        if (wanted.isEmpty() || !Latin1.isWritable(wanted)) {
            throw new IllegalArgumentException("a name has characters up to 0xff, and no NUL: \"" + wanted + '"');
        }
        return wanted;
    }

    private static String writableNode(String wanted) {
        if (wanted.indexOf('/') >= 0) {
            throw new IllegalArgumentException("the name of a node has no '/': " + wanted);
        }
        return writable(wanted);
    }

    @Override
    public String toString() {
        return path();
    }
}

package io.kexec4j.fdt.dts;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of a source: what one definition says, or several that were merged. What is deleted keeps its place, in case it
 * is defined again.
 */
final class SourceNode {
    private final String name;
    private final DtsPosition at;
    private final Labels labels = new Labels();
    private final List<SourceProperty> properties = new ArrayList<>();
    private final List<SourceNode> children = new ArrayList<>();
    private @Nullable SourceNode parent;
    private @Nullable SourceIndex<SourceProperty> propertyIndex;
    private @Nullable SourceIndex<SourceNode> childIndex;
    private boolean deleted;
    private boolean merged;
    private boolean omitted;
    private boolean referenced;
    private int phandle;

    SourceNode(String name, DtsPosition at) {
        this.name = name;
        this.at = at;
    }

    String name() {
        return name;
    }

    DtsPosition at() {
        return at;
    }

    Labels labels() {
        return labels;
    }

    /** All, the deleted ones too. */
    List<SourceProperty> properties() {
        return properties;
    }

    /** All, the deleted ones too. */
    List<SourceNode> children() {
        return children;
    }

    @Nullable
    SourceNode parent() {
        return parent;
    }

    void add(SourceProperty property) {
        properties.add(property);
        if (propertyIndex != null) {
            propertyIndex.add(property.name(), property);
        }
    }

    void add(SourceNode child) {
        child.parent = this;
        children.add(child);
        if (childIndex != null) {
            childIndex.add(child.name, child);
        }
    }

    /** The first property of a name, deleted or not. */
    @Nullable
    SourceProperty find(String property) {
        return indexedProperties().find(property);
    }

    /** The first property of a name that is not deleted. */
    @Nullable
    SourceProperty present(String property) {
        return indexedProperties().present(property);
    }

    private SourceIndex<SourceProperty> indexedProperties() {
        SourceIndex<SourceProperty> index = propertyIndex;
        if (index == null) {
            index = new SourceIndex<>(SourceProperty::isDeleted);
            for (SourceProperty each : properties) {
                index.add(each.name(), each);
            }
            propertyIndex = index;
        }
        return index;
    }

    /** The first child of a name, deleted or not. */
    @Nullable
    SourceNode child(String child) {
        return indexedChildren().find(child);
    }

    /** The first child of a name that is not deleted. */
    @Nullable
    SourceNode presentChild(String child) {
        return indexedChildren().present(child);
    }

    private SourceIndex<SourceNode> indexedChildren() {
        SourceIndex<SourceNode> index = childIndex;
        if (index == null) {
            index = new SourceIndex<>(SourceNode::isDeleted);
            for (SourceNode each : children) {
                index.add(each.name, each);
            }
            childIndex = index;
        }
        return index;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** Sets only the mark of this one node. */
    void setDeleted(boolean changed) {
        deleted = changed;
    }

    /** Whether it lives on in another. */
    boolean isMerged() {
        return merged;
    }

    void setMerged() {
        merged = true;
    }

    boolean isOmittedIfUnreferenced() {
        return omitted;
    }

    void omitIfUnreferenced() {
        omitted = true;
    }

    boolean isReferenced() {
        return referenced;
    }

    void setReferenced() {
        referenced = true;
    }

    /** The phandle, or 0. */
    int phandle() {
        return phandle;
    }

    void setPhandle(int changed) {
        phandle = changed;
    }

    /** The path from the root of what it belongs to. */
    String path() {
        List<String> names = new ArrayList<>();
        for (SourceNode node = this; node.parent != null; node = node.parent) {
            names.add(node.name);
        }
        StringBuilder path = new StringBuilder();
        for (int i = names.size() - 1; i >= 0; i--) {
            path.append('/').append(names.get(i));
        }
        return path.length() == 0 ? "/" : path.toString();
    }
}

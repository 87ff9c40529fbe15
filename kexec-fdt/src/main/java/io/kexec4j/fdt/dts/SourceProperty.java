package io.kexec4j.fdt.dts;

/** A property of a source: a name, labels, and a value, or the wish that there be none. */
final class SourceProperty {
    private final String name;
    private final Labels labels = new Labels();
    private SourceValue value;
    private DtsPosition at;
    private boolean deleted;

    SourceProperty(String name, SourceValue value, DtsPosition at) {
        this.name = name;
        this.value = value;
        this.at = at;
    }

    String name() {
        return name;
    }

    Labels labels() {
        return labels;
    }

    SourceValue value() {
        return value;
    }

    void setValue(SourceValue changed) {
        value = changed;
    }

    DtsPosition at() {
        return at;
    }

    boolean isDeleted() {
        return deleted;
    }

    void delete() {
        deleted = true;
        labels.delete();
    }

    /** Gives it the value that a later definition has, and that one's labels too. */
    void replace(SourceProperty later) {
        labels.addAll(later.labels);
        value = later.value;
        at = later.at;
        deleted = false;
    }
}

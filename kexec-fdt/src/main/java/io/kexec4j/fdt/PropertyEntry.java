package io.kexec4j.fdt;

/** A property in its list. */
final class PropertyEntry extends NamedList.Entry<PropertyEntry> {
    PropertyValue value;

    PropertyEntry(String name, PropertyValue value) {
        super(name);
        this.value = value;
    }
}

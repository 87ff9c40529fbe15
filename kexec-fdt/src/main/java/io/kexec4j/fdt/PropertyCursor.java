package io.kexec4j.fdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Goes over the properties of nodes, one after the other, without an object for each that is still in a blob. */
final class PropertyCursor {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private @Nullable PropertyEntry entry;
    private @Nullable BlobProperties blob;
    private int property;

    /** Goes to the first property of a list; returns whether there is one. */
    boolean first(PropertyList list) {
        blob = list.blob();
        if (blob != null) {
            property = blob.structure().firstProperty(list.node());
            return property >= 0;
        }
        entry = list.first();
        return entry != null;
    }

    /** Goes to the next property; returns whether there is one. */
    boolean next() {
        if (blob != null) {
            property = blob.structure().nextProperty(property);
            return property >= 0;
        }
        entry = entry == null ? null : entry.next;
        return entry != null;
    }

    String name() {
        return blob != null ? blob.name(property) : entry().name;
    }

    PropertyValue value() {
        return blob != null ? blob.structure().value(property) : entry().value;
    }

    /** The size of the value. */
    int size() {
        return blob != null
                ? blob.structure().valueLength(property)
                : entry().value.size();
    }

    /** Writes the token of the property, its value, and where its name is, into an array that has room for them. */
    void write(byte[] target, int offset, int nameOffset) {
        if (blob != null) {
            blob.structure().copyTo(property, target, offset);
        } else {
            PropertyValue value = entry().value;
            INT.set(target, offset, Token.PROP);
            INT.set(target, offset + 4, value.size());
            value.copyTo(target, offset + Token.PROP_HEADER);
        }
        INT.set(target, offset + 8, nameOffset);
    }

    private PropertyEntry entry() {
        if (entry == null) {
            throw new IllegalStateException("there is no property");
        }
        return entry;
    }
}

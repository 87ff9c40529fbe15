package io.kexec4j.fdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Writes a tree as its layout says. What is not written stays zero. */
final class BlobWriter {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] blob;
    private int position;

    /** How many properties have been written. */
    private int properties;

    BlobWriter(int size) {
        this.blob = new byte[size];
    }

    /** Writes everything, and returns it. */
    byte[] write(BlobLayout layout) {
        header(layout);
        position = BlobLayout.reservationsOffset();
        for (MemoryReservation reservation : layout.tree().reservations()) {
            LONG.set(blob, position, reservation.address());
            LONG.set(blob, position + Long.BYTES, reservation.size());
            position += 2 * Long.BYTES;
        }
        position = layout.structureOffset();
        structure(layout);
        layout.strings().copyTo(blob, position);
        return blob;
    }

    private void header(BlobLayout layout) {
        boolean hasStructureSize = layout.options().version() > FdtHeader.OLDEST_VERSION;
        number(FdtHeader.MAGIC);
        number(layout.size());
        number(layout.structureOffset());
        number(layout.structureOffset() + layout.structureSize());
        number(BlobLayout.reservationsOffset());
        number(layout.options().version());
        number(FdtHeader.OLDEST_VERSION);
        number(layout.tree().bootCpuid());
        number(layout.strings().size());
        number(hasStructureSize ? layout.structureSize() : 0);
    }

    private void structure(BlobLayout layout) {
        EditableNode root = layout.tree().root();
        for (EditableNode node = root; node != null; ) {
            number(Token.BEGIN_NODE);
            name(node.name);
            PropertyList properties = node.propertyList();
            BlobProperties copied = properties.blob();
            if (copied != null) {
                copy(copied.structure(), properties.node(), layout);
            } else {
                for (PropertyEntry entry = properties.first(); entry != null; entry = entry.next) {
                    property(entry.value, layout);
                }
            }
            EditableNode next = Preorder.next(node, root);
            endNodes(node, next);
            node = next;
        }
        number(Token.END);
    }

    private void property(PropertyValue value, BlobLayout layout) {
        INT.set(blob, position, Token.PROP);
        INT.set(blob, position + 4, value.size());
        value.copyTo(blob, position + Token.PROP_HEADER);
        finish(value.size(), layout);
    }

    /** Properties that are neighbours in another blob are copied as one. */
    private void copy(Structure source, int node, BlobLayout layout) {
        for (int first = source.firstProperty(node); first >= 0; ) {
            int start = source.propertyOffset(first);
            int end = start;
            int behind = first;
            for (; behind >= 0 && source.propertyOffset(behind) == end; behind = source.nextProperty(behind)) {
                end = Token.align(end + Token.PROP_HEADER + source.valueLength(behind));
            }
            source.blob().copyTo(start, end - start, blob, position);
            for (; first != behind; first = source.nextProperty(first)) {
                finish(source.valueLength(first), layout);
            }
        }
    }

    /** Says where the name of a property is, and clears what lies behind its value. */
    private void finish(int size, BlobLayout layout) {
        INT.set(blob, position + 8, layout.nameOffset(properties++));
        int behind = position + Token.PROP_HEADER + size;
        position = Token.align(behind);
        for (; behind < position; behind++) {
            blob[behind] = 0;
        }
    }

    /** Ends a node, and those above it, down to the parent of the next. */
    private void endNodes(EditableNode node, @Nullable EditableNode next) {
        EditableNode parent = next == null ? null : next.above();
        for (EditableNode open = node; open != parent && open != null; open = open.above()) {
            number(Token.END_NODE);
        }
    }

    private void name(String name) {
        Latin1.encode(name, blob, position);
        position = Token.align(position + name.length() + 1);
    }

    private void number(int number) {
        INT.set(blob, position, number);
        position += Integer.BYTES;
    }
}

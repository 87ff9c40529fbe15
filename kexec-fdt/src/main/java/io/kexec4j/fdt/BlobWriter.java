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
        PropertyCursor property = new PropertyCursor();
        int properties = 0;
        for (EditableNode node = root; node != null; ) {
            number(Token.BEGIN_NODE);
            name(node.name);
            for (boolean more = property.first(node.propertyList()); more; more = property.next()) {
                property(property, layout.nameOffset(properties++));
            }
            EditableNode next = Preorder.next(node, root);
            endNodes(node, next);
            node = next;
        }
        number(Token.END);
    }

    private void property(PropertyCursor property, int nameOffset) {
        property.write(blob, position, nameOffset);
        position = Token.align(position + Token.PROP_HEADER + property.size());
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

package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Device trees as this library's contents and errors. */
public final class DeviceTrees {
    private static final String FORMAT = "device tree";

    /** More than any real tree has: the largest are those of guests for Power, which tell of each block of memory. */
    static final int LARGEST = 16 << 20;

    private DeviceTrees() {}

    /**
     * Reads a tree.
     *
     * @param blob a flattened device tree
     * @return the tree, checked
     * @throws MalformedInputException if it is none, or larger than any is
     * @throws IOException if a file has shrunk
     */
    public static Fdt parse(Content blob) throws IOException {
        try {
            return read(blob);
        } catch (FdtException e) {
            throw malformed(e);
        }
    }

    /**
     * Reads a tree.
     *
     * @throws FdtException if it is none
     * @throws IOException if a file has shrunk
     */
    static Fdt read(Content blob) throws IOException {
        if (blob.size() > LARGEST) {
            throw new MalformedInputException(
                    FORMAT, LARGEST, "a tree must not have more than 16 MiB, has 0x%x bytes".formatted(blob.size()));
        }
        return Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
    }

    static MalformedInputException malformed(FdtException e) {
        MalformedInputException malformed =
                new MalformedInputException(FORMAT, e.offset().orElse(0), String.valueOf(e.getMessage()));
        malformed.initCause(e);
        return malformed;
    }

    static AddressRange addressRange(PhysicalRange range) {
        return new AddressRange(range.start(), range.size());
    }

    static EditableNode chosen(EditableTree tree) {
        String name = Chosen.of(tree).map(chosen -> chosen.node().name()).orElse("chosen");
        return tree.root().childOrAdd(name);
    }
}

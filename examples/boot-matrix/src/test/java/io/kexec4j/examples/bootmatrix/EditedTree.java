package io.kexec4j.examples.bootmatrix;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Runs in a guest: makes a device tree with something of our own in {@code /chosen}. */
final class EditedTree {
    static final String PROPERTY = "kexec4j,row";

    private EditedTree() {}

    /**
     * Reads, edits and writes.
     *
     * @param arguments the file of a tree, that of the new one, and what the property is to be
     */
    public static void main(String[] arguments) throws IOException {
        EditableTree tree = Fdt.read(Path.of(arguments[0])).edit();
        tree.root().childOrAdd("chosen").set(PROPERTY, PropertyValue.ofStrings(arguments[2]));
        ByteBuffer bytes = tree.write();
        try (FileChannel file =
                FileChannel.open(Path.of(arguments[1]), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }
    }
}

package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree from a directory such as /proc/device-tree: directories are nodes, files are properties. A directory has no
 * order, so names come in that of their characters: the same tree gives the same blob anywhere.
 */
final class DirectoryTree {
    private final Consumer<String> warnings;
    private final Deque<Open> open = new ArrayDeque<>();

    /** A directory whose files have yet to be read. */
    private record Open(
            Path directory,
            Path real,
            EditableNode node,
            @Nullable Open above) {
        /** The same for a directory in this one, which may be a link; one to a directory above would never end. */
        Open enter(Path entry) throws IOException {
            Path target = Files.isSymbolicLink(entry) ? entry.toRealPath() : real.resolve(entry.getFileName());
            for (Open each = this; each != null; each = each.above) {
                if (each.real.equals(target)) {
                    throw new FileSystemLoopException(entry.toString());
                }
            }
            return new Open(entry, target, node.add(name(entry)), this);
        }
    }

    DirectoryTree(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    EditableTree read(Path directory) throws IOException {
        EditableTree tree = EditableTree.empty();
        open.push(new Open(directory, directory.toRealPath(), tree.root(), null));
        while (!open.isEmpty()) {
            fill(open.pop());
        }
        tree.setBootCpuid(bootCpuid(tree));
        return tree;
    }

    private void fill(Open next) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(next.directory())) {
            stream.forEach(entries::add);
        }
        entries.sort(Comparator.comparing(DirectoryTree::name));
        List<Open> below = new ArrayList<>();
        for (Path entry : entries) {
            if (Files.isDirectory(entry)) {
                below.add(next.enter(entry));
            } else if (Files.isRegularFile(entry)) {
                property(next.node(), entry);
            }
        }
        Collections.reverse(below);
        below.forEach(open::push);
    }

    private void property(EditableNode node, Path file) {
        try {
            node.set(name(file), PropertyValue.of(Files.readAllBytes(file)));
        } catch (IOException e) {
            warnings.accept("Cannot open " + file + ": " + FileErrors.reason(e));
        }
    }

    /** What dtc takes the boot CPU for: the first one there is, if its number is one cell. */
    private static int bootCpuid(EditableTree tree) {
        return tree.node("/cpus")
                .flatMap(cpus -> cpus.children().stream().findFirst())
                .flatMap(cpu -> cpu.property("reg"))
                .filter(reg -> reg.size() == Integer.BYTES)
                .map(reg -> reg.intAt(0))
                .orElse(0);
    }

    private static String name(Path path) {
        return Optional.ofNullable(path.getFileName())
                .map(name -> Streams.raw(name.toString()))
                .orElse("");
    }
}

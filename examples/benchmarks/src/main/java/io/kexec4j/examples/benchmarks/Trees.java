package io.kexec4j.examples.benchmarks;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The device trees that are measured: the largest real one, and made ones of growing size, which all have the same shape.
 *
 * @param directory where they are
 */
record Trees(Path directory) {
    /** The largest real tree. */
    static final String LARGEST = "largest";

    /** The made ones, by the number of their nodes. */
    static final Map<String, Integer> MADE = made();

    private static final int DEVICES_ON_A_BUS = 100;
    private static final int NO_PHANDLE_YET = -1;

    private static Map<String, Integer> made() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("1k", 1_000);
        sizes.put("10k", 10_000);
        sizes.put("100k", 100_000);
        return sizes;
    }

    /** Writes all of them, and an overlay for each, of a tenth as many nodes as the tree has. */
    void write(List<Path> real) throws IOException {
        Files.createDirectories(directory);
        Path largest = real.stream()
                .max(Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow(() -> new IllegalArgumentException("there are no real device trees"));
        write(LARGEST, ByteBuffer.wrap(Files.readAllBytes(largest)));
        for (Map.Entry<String, Integer> size : MADE.entrySet()) {
            write(size.getKey(), machine(size.getValue()).write());
            write(overlayOf(size.getKey()), overlay(size.getValue() / 10).write());
        }
    }

    /** Those that the benchmarks of this JVM use. */
    static Trees ofThisProcess() {
        return new Trees(Path.of(System.getProperty(Inputs.PROPERTY, "target/trees")));
    }

    Path file(String name) {
        return directory.resolve(name + ".dtb");
    }

    static String overlayOf(String name) {
        return "overlay-of-" + name;
    }

    /** All device trees below a directory. */
    static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".dtb"))
                    .sorted()
                    .toList();
        }
    }

    private void write(String name, ByteBuffer blob) throws IOException {
        try (FileChannel file = FileChannel.open(
                file(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            while (blob.hasRemaining()) {
                file.write(blob);
            }
        }
    }

    /** Buses of 100 devices with five properties each, a symbol for each device. */
    private static EditableTree machine(int nodes) {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(1)).set("#size-cells", PropertyValue.ofCells(1));
        EditableNode bus = tree.root();
        for (int i = 0; i < nodes; i++) {
            if (i % DEVICES_ON_A_BUS == 0) {
                bus = tree.root().add("bus@" + Integer.toHexString(i));
            } else {
                device(bus, "device@" + Integer.toHexString(i), i);
            }
        }
        tree.root().add("chosen").set("stdout-path", PropertyValue.ofStrings("/bus@0/device@1"));
        EditableNode symbols = tree.root().add("__symbols__");
        for (int i = 1; i < nodes; i += DEVICES_ON_A_BUS / 10) {
            if (i % DEVICES_ON_A_BUS != 0) {
                String path = "/bus@%x/device@%x".formatted(i - i % DEVICES_ON_A_BUS, i);
                symbols.set("device" + i, PropertyValue.ofStrings(path));
            }
        }
        return tree;
    }

    private static void device(EditableNode bus, String name, int number) {
        bus.add(name)
                .set("compatible", PropertyValue.ofStrings("example,device-" + number % 7, "example,device"))
                .set("reg", PropertyValue.ofCells(number << 4, 0x10))
                .set("interrupts", PropertyValue.ofCells(0, number, 4))
                .set("status", PropertyValue.ofStrings("okay"))
                .set("phandle", PropertyValue.ofCells(number));
    }

    /** Fragments of a node each, with a fixup, a local fixup and a symbol. */
    private static EditableTree overlay(int nodes) {
        EditableTree overlay = EditableTree.empty();
        EditableNode symbols = overlay.root().add("__symbols__");
        EditableNode fixups = overlay.root().add("__fixups__");
        EditableNode localFixups = overlay.root().add("__local_fixups__");
        for (int i = 0; i < nodes; i++) {
            String fragment = "fragment@" + i;
            overlay.root()
                    .add(fragment)
                    .set("target", PropertyValue.ofCells(NO_PHANDLE_YET))
                    .add("__overlay__")
                    .add("part@" + i)
                    .set("phandle", PropertyValue.ofCells(i + 1))
                    .set("self", PropertyValue.ofCells(i + 1));
            int label = 1 + i * (DEVICES_ON_A_BUS / 10);
            fixups.set("device" + label, PropertyValue.ofStrings("/" + fragment + ":target:0"));
            localFixups.add(fragment).add("__overlay__").add("part@" + i).set("self", PropertyValue.ofCells(0));
            symbols.set("part" + i, PropertyValue.ofStrings("/" + fragment + "/__overlay__/part@" + i));
        }
        return overlay;
    }
}

package io.kexec4j.examples.benchmarks;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.Property;
import java.io.IOException;
import java.nio.file.Path;

/** Checks and walks device trees once, in a process of its own. */
public final class AllTrees {
    private AllTrees() {}

    /**
     * Reads all files, and prints how many milliseconds that took without the start of the JVM.
     *
     * @param files the device trees
     * @throws IOException if one cannot be read
     */
    public static void main(String[] files) throws IOException {
        long start = System.nanoTime();
        long sum = 0;
        for (String file : files) {
            sum += walk(Fdt.read(Path.of(file)));
        }
        System.out.printf("%.3f %d%n", (System.nanoTime() - start) / 1e6, sum);
    }

    /** A number that depends on all names and values. */
    static long walk(Fdt tree) {
        long sum = 0;
        for (FdtNode node : tree.all()) {
            sum += node.name().length();
            for (Property property : node.properties()) {
                sum += property.name().length()
                        + (property.value().isEmpty() ? 0 : property.value().byteAt(0));
            }
        }
        return sum;
    }
}

package io.kexec4j.examples.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was measured of device trees, as tables.
 *
 * @param jmh what JMH has measured of kexec-fdt
 * @param libfdt measures libfdt
 */
record TreeReport(Measured jmh, Libfdt libfdt) {
    private static final Map<String, String> OPERATIONS = operations();

    /** What each operation of {@link TreeBenchmark} is called in the tables; libfdt's are called like the methods. */
    private static Map<String, String> operations() {
        Map<String, String> operations = new LinkedHashMap<>();
        operations.put("parse", "parse, check, make the indexes (libfdt: check)");
        operations.put("walk", "all names and values");
        operations.put("paths", "each node by its path");
        operations.put("phandles", "each phandle");
        operations.put("kexec", "parse, three properties of /chosen, write");
        operations.put("set", "parse, a property in every node, write");
        operations.put("names", "write as many unique names as there are nodes");
        operations.put("overlay", "parse, apply an overlay of a tenth as many nodes, write");
        return operations;
    }

    /** What was demanded of the library before it was written. */
    Table demands() {
        Table table = new Table("Demanded", "Measured", "Met");
        atMost(table, "parse and index the largest real tree: 150 µs", "parse " + Trees.LARGEST, 0.150);
        atMost(table, "look up all its paths: 150 µs", "paths " + Trees.LARGEST, 0.150);
        atMost(table, "the edit of kexec: 300 µs", "kexec " + Trees.LARGEST, 0.300);
        atMost(table, "an overlay of 1k nodes on 10k nodes: 50 ms", "overlay 10k", 50);
        atMost(table, "100k unique names: 100 ms", "names 100k", 100);
        return table;
    }

    private void atMost(Table table, String demand, String name, double most) {
        double millis = jmh.millis(name);
        table.row(demand, time(millis), millis <= most ? "yes" : "no");
    }

    /** All operations on trees of growing size, kexec-fdt's time and libfdt's. */
    Table growth() throws IOException, InterruptedException {
        List<String> trees = new ArrayList<>(List.of(Trees.LARGEST));
        trees.addAll(Trees.MADE.keySet());
        List<String> head = new ArrayList<>(List.of("kexec-fdt, libfdt"));
        trees.forEach(tree -> head.add(tree.equals(Trees.LARGEST) ? "largest real tree" : tree + " nodes"));
        Table table = new Table(head.toArray(String[]::new));
        for (Map.Entry<String, String> operation : OPERATIONS.entrySet()) {
            List<String> row = new ArrayList<>(List.of(operation.getValue()));
            for (String tree : trees) {
                row.add(both(operation.getKey(), tree));
            }
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    private String both(String operation, String tree) throws IOException, InterruptedException {
        if (operation.equals("overlay") && tree.equals(Trees.LARGEST)) {
            return "";
        }
        OptionalDouble other = libfdt.millis(operation, tree);
        return time(jmh.millis(operation + " " + tree)) + ", "
                + (other.isPresent() ? time(other.getAsDouble()) : "over " + Libfdt.LIMIT + " s");
    }

    /** All real trees checked and walked once, each in a process that has just begun. */
    static Table cold(int trees, Program java, Program c) throws IOException, InterruptedException {
        Table table = new Table(trees + " real trees, checked and walked in a process", "ms", "user ms", "system ms");
        row(table, "kexec-fdt, with the start of its JVM", java.measure());
        row(table, "libfdt", c.measure());
        return table;
    }

    private static void row(Table table, String what, Program.Times times) {
        table.row(what, number(times.wall()), number(times.user()), number(times.system()));
    }

    private static String time(double millis) {
        if (millis >= 1000) {
            return number(millis / 1000) + " s";
        }
        return millis >= 1 ? number(millis) + " ms" : number(millis * 1000) + " µs";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}

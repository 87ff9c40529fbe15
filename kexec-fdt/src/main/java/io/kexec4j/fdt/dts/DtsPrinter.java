package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Prints device trees as source, in the layout of dtc, which compiles it to the same tree again, and so does
 * {@link DtsParser}. Values are printed as what they look like: a list of strings, cells, or bytes.
 *
 * <pre>{@code
 * DtsPrinter.print(Fdt.read(path), System.out);
 * }</pre>
 *
 * <p>A source says nothing of the boot CPU: where a compiler would guess another one than the tree has, a comment says which
 * one to ask for. A tree with {@code /__fixups__} or {@code /__local_fixups__} is printed as a {@code /plugin/}.
 */
public final class DtsPrinter {
    /** No tree that Linux takes is deeper; of one that is, the blanks would be most of the text. */
    private static final int MAX_INDENT = FdtLimits.DEFAULT.maxDepth();

    private final DeviceTree tree;
    private final Appendable out;
    private final ValueText values;
    private final PrintedLabels labels;
    private final PrintedReferences references;

    private DtsPrinter(DeviceTree tree, Appendable out, DtsStyle style) {
        this.tree = tree;
        this.out = out;
        this.values = new ValueText(out);
        this.labels = style.labels() ? PrintedLabels.of(tree) : PrintedLabels.none();
        this.references =
                style.references() && isPlugin() ? PrintedReferences.of(tree, labels) : PrintedReferences.none();
    }

    /**
     * {@return the source of a tree}
     *
     * @param tree the tree
     * @throws FdtException if the tree cannot be compiled from a source: it has names that no source can have, the same name
     *     twice in a node, a property {@code name}, or phandles that are none or are not unique
     */
    public static String print(DeviceTree tree) throws FdtException {
        StringBuilder text = new StringBuilder();
        try {
            print(tree, text, DtsStyle.DEFAULT);
        } catch (FdtException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("a string builder takes everything", e);
        }
        return text.toString();
    }

    /**
     * Prints the source of a tree.
     *
     * @param tree the tree
     * @param out where to
     * @throws FdtException if the tree cannot be compiled from a source, as above; then nothing has been printed
     * @throws IOException if {@code out} throws it
     */
    public static void print(DeviceTree tree, Appendable out) throws IOException {
        print(tree, out, DtsStyle.DEFAULT);
    }

    /**
     * Prints the source of a tree in some style.
     *
     * @param tree the tree
     * @param out where to
     * @param style how
     * @throws FdtException if the style is not lenient and the tree cannot be compiled from a source, as above; then nothing
     *     has been printed
     * @throws IOException if {@code out} throws it
     */
    public static void print(DeviceTree tree, Appendable out, DtsStyle style) throws IOException {
        if (!style.lenient()) {
            SourceRules.verify(tree);
        }
        new DtsPrinter(tree, out, style).printAll();
    }

    /**
     * {@return why a tree cannot be compiled from a source, as above: all that is wrong with it, in the order of the tree; it
     * can if there is nothing}
     *
     * @param tree the tree
     */
    public static List<FdtException> errors(DeviceTree tree) {
        return SourceRules.errors(tree);
    }

    /**
     * {@return a value as a source has it between '=' and ';': strings, cells or bytes, whatever it looks like}
     *
     * @param value the value; an empty one gives an empty text
     */
    public static String text(PropertyValue value) {
        StringBuilder text = new StringBuilder();
        try {
            if (!value.isEmpty()) {
                new ValueText(text).write(value, 0, value.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string builder takes everything", e);
        }
        return text.toString();
    }

    private boolean isPlugin() {
        return tree.root().child(FixupNodes.FIXUPS).isPresent()
                || tree.root().child(FixupNodes.LOCAL_FIXUPS).isPresent();
    }

    private void printAll() throws IOException {
        out.append(Keywords.VERSION).append(";\n");
        if (isPlugin()) {
            out.append(Keywords.PLUGIN).append(";\n");
        }
        if (tree.bootCpuid() != guessedBootCpuid()) {
            String cpuid = "0x" + Integer.toHexString(tree.bootCpuid());
            out.append("/* boot_cpuid_phys is ")
                    .append(cpuid)
                    .append(": dtc -b ")
                    .append(cpuid)
                    .append(" */\n");
        }
        out.append('\n');
        for (MemoryReservation reservation : tree.reservations()) {
            out.append(Keywords.RESERVE)
                    .append(String.format("\t0x%016x 0x%016x;\n", reservation.address(), reservation.size()));
        }
        printNodes();
        for (String label : labels.of(tree.root())) {
            // The definition of the root cannot have one.
            out.append('\n').append(label).append(": &{/} {\n};\n");
        }
    }

    private int guessedBootCpuid() {
        return tree.root()
                .child("cpus")
                .flatMap(cpus -> cpus.children().stream().findFirst())
                .flatMap(cpu -> cpu.property("reg"))
                .filter(reg -> reg.size() == Integer.BYTES)
                .map(reg -> reg.intAt(0))
                .orElse(0);
    }

    /** A stack of what is open takes the place of recursion. */
    private void printNodes() throws IOException {
        Deque<Iterator<? extends Node>> open = new ArrayDeque<>();
        open.push(begin(tree.root(), 0));
        while (!open.isEmpty()) {
            Iterator<? extends Node> children = open.element();
            if (!children.hasNext()) {
                open.pop();
                indent(open.size());
                out.append("};\n");
                continue;
            }
            Node child = children.next();
            if (open.size() > 1 || !references.replace(child)) {
                out.append('\n');
                open.push(begin(child, open.size()));
            }
        }
    }

    private Iterator<? extends Node> begin(Node node, int depth) throws IOException {
        indent(depth);
        if (depth == 0) {
            out.append('/');
        } else {
            for (String label : labels.of(node)) {
                out.append(label).append(": ");
            }
            printName(node.name());
        }
        out.append(" {\n");
        for (Property property : node.properties()) {
            indent(depth + 1);
            printName(property.name());
            printValue(property.value(), references.in(node, property.name()));
            out.append(";\n");
        }
        return node.children().iterator();
    }

    private void indent(int depth) throws IOException {
        for (int i = 0; i < Math.min(depth, MAX_INDENT); i++) {
            out.append('\t');
        }
    }

    /** What no name in a source can have is written as a number. */
    private void printName(String name) throws IOException {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Characters.isPropertyName(c) || c == '@') {
                out.append(c);
            } else {
                out.append(String.format("\\x%02x", (int) c));
            }
        }
    }

    private void printValue(PropertyValue value, NavigableMap<Integer, String> phandles) throws IOException {
        if (!value.isEmpty()) {
            out.append(" = ");
            if (phandles.isEmpty()) {
                values.write(value, 0, value.size());
            } else {
                printParts(value, phandles, PrintedReferences.areCells(value, phandles));
            }
        }
    }

    /** Prints references and what stands between them: as cells of one list, or each as what it looks like. */
    private void printParts(PropertyValue value, NavigableMap<Integer, String> phandles, boolean areCells)
            throws IOException {
        out.append(areCells ? "<" : "");
        int at = 0;
        for (Map.Entry<Integer, String> phandle : phandles.entrySet()) {
            printPart(value, at, phandle.getKey(), areCells);
            separate(phandle.getKey() > 0, areCells);
            out.append(areCells ? phandle.getValue() : '<' + phandle.getValue() + '>');
            at = phandle.getKey() + Integer.BYTES;
        }
        printPart(value, at, value.size(), areCells);
        out.append(areCells ? ">" : "");
    }

    private void printPart(PropertyValue value, int from, int to, boolean areCells) throws IOException {
        if (from < to) {
            separate(from > 0, areCells);
            if (areCells) {
                values.writeCells(value, from, to);
            } else {
                values.write(value, from, to);
            }
        }
    }

    private void separate(boolean isBehind, boolean areCells) throws IOException {
        if (isBehind) {
            out.append(areCells ? " " : ", ");
        }
    }
}

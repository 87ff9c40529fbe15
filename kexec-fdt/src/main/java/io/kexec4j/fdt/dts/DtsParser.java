package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.EditableTree;
import java.util.Objects;

/**
 * Compiles device tree sources, as dtc does (Devicetree Specification v0.4, chapter 6, and what dtc 1.7 adds): nodes and
 * several definitions of the same node, references, deletions, values of all forms, integer expressions, included files,
 * and plugins, which are overlays. The C preprocessor is not a part of the language; its line directives are understood.
 *
 * <pre>{@code
 * EditableTree tree = DtsParser.parse("board.dts", Files.readString(path));
 * ByteBuffer blob = tree.write();
 * }</pre>
 *
 * <p>What dtc takes for an error is one here too. More is refused in these cases: a number that has more bits than there
 * is room for, of which dtc would cut off the highest with a warning; a reservation of size 0; a root that is deleted.
 * A line comment may end with the file.
 */
public final class DtsParser {
    private DtsParser() {}

    /**
     * Compiles a source that includes no files.
     *
     * @param file the name of the source, for errors
     * @param text the source
     * @return the tree
     * @throws DtsException if a rule is broken
     */
    public static EditableTree parse(String file, String text) throws DtsException {
        return parse(file, text, DtsFiles.NONE, DtsOptions.DEFAULT);
    }

    /**
     * Compiles a source.
     *
     * @param file the name of the source, for errors, and for whoever finds the files that it includes
     * @param text the source
     * @param files finds the files that it includes
     * @param options how it is compiled
     * @return the tree
     * @throws DtsException if a rule is broken, or if a file cannot be included; what {@code files} threw is its cause
     */
    public static EditableTree parse(String file, String text, DtsFiles files, DtsOptions options) throws DtsException {
        Objects.requireNonNull(file);
        Objects.requireNonNull(text);
        Budget budget = new Budget(options.maxSize());
        SourceReader reader = new SourceReader(new Lexer(file, text, files, budget), files, budget);
        reader.read();
        SourceTree source = reader.tree();
        int bootCpuid = TreeBuilder.guessBootCpuid(source);
        new SourceChecks(source).check(options.limits());
        SourcePhandles phandles = new SourcePhandles(source, budget);
        phandles.readGiven();
        References references = new References(source, phandles, budget, reader.isPlugin());
        references.resolve();
        references.omitUnreferenced(options.symbols());
        TreeBuilder builder = new TreeBuilder(source, phandles, budget, reader.isPlugin() || options.localFixups());
        if (options.symbols()) {
            builder.addSymbols();
        }
        EditableTree tree = builder.build();
        tree.setReservations(reader.reservations());
        tree.setBootCpuid(options.bootCpuid().orElse(bootCpuid));
        return tree;
    }
}

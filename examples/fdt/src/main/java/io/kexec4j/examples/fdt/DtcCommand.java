package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.BlobLayout;
import io.kexec4j.fdt.BlobOptions;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.dts.DtsException;
import io.kexec4j.fdt.dts.DtsStyle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compiles, decompiles and converts: dtc. */
@Command(
        name = "dtc",
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        description = "Reads a device tree in one form and writes it in another.",
        footer = {
            "",
            "Exit status: 0 if all went well, 1 if not, 2 if the tree was read and has errors (see -f,",
            "which writes trees with errors that were read from blobs and directories, not from sources).",
            "Missing here: -O yaml, -O asm, versions below 16, -A, -T, -H legacy and both for sources, and all warnings.",
            "-@, -L and -H change no blob, in which no labels are left to be named; from source to source, labels,"
                    + " references and the form of values are lost."
        })
final class DtcCommand implements Callable<Integer> {
    private static final int TREE_HAS_ERRORS = 2;

    private final Streams streams;

    @Mixin
    private final DtcOptions options = new DtcOptions();

    @Parameters(arity = "0..1", index = "0", paramLabel = "FILE", description = "The tree; standard input by default.")
    private String file = Streams.STANDARD;

    DtcCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, Failure {
        options.verify();
        TreeReader reader = new TreeReader(streams, options);
        EditableTree tree;
        try {
            tree = reader.read(file);
        } catch (DtsException e) {
            return failed(e);
        }
        List<String> errors = TreeChecks.check(tree);
        if (options.quietness() < 2) {
            errors.forEach(error -> streams.errors().println("dtc: ERROR " + error));
        }
        if (!errors.isEmpty() && !options.force) {
            streams.errors().println("dtc: the tree has errors; use -f to write it all the same");
            return TREE_HAS_ERRORS;
        }
        options.bootCpuid().ifPresent(tree::setBootCpuid);
        EditableTree result = options.sort ? SortedTree.of(tree) : tree;
        DtcFormat format = options.outputFormat(reader.format());
        if (options.dependencies != null) {
            streams.write(options.dependencies, dependencies(reader));
        }
        if (format == DtcFormat.DTS) {
            SourceFile.write(streams, options.output, result, options.force ? DtsStyle.LENIENT : DtsStyle.DEFAULT);
        } else {
            streams.write(options.output, blob(result));
        }
        return 0;
    }

    private int failed(DtsException e) throws DtsException {
        if (e.kind() == DtsException.Kind.SYNTAX) {
            throw e;
        }
        if (options.quietness() < 2) {
            streams.errors().println("dtc: ERROR " + FileErrors.text(e));
        }
        streams.errors()
                .println(
                        options.force
                                ? "dtc: the tree has errors; -f writes such a tree from a blob or a directory, not from a source"
                                : "dtc: the tree has errors");
        return TREE_HAS_ERRORS;
    }

    private ByteBuffer blob(EditableTree tree) {
        BlobOptions blob = options.blob();
        int size = BlobLayout.of(tree, blob.withMinimumSize(0).withAlignment(1)).size();
        if (blob.minimumSize() > 0 && size > blob.minimumSize() && options.quietness() < 1) {
            streams.errors().println("dtc: Warning: blob size " + size + " >= minimum size " + blob.minimumSize());
        }
        return tree.write(blob);
    }

    /** A rule for make. */
    private ByteBuffer dependencies(TreeReader reader) {
        StringBuilder rule = new StringBuilder(options.output).append(':');
        for (String name : reader.files()) {
            rule.append(' ').append(name.replace(" ", "\\ "));
        }
        return StandardCharsets.UTF_8.encode(rule.append('\n').toString());
    }
}

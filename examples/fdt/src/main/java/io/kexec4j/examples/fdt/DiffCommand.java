package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.diff.Order;
import io.kexec4j.fdt.diff.TreeDiff;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares what two blobs mean. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 2,
        exitCodeOnExecutionException = 2,
        description =
                "Prints what is different in two device trees: + is what only B has, - what only A has, ~ what both"
                        + " have in different ways.",
        footer = {"", "Exit status: 0 if nothing is different, 1 if something is, 2 if that cannot be told."})
final class DiffCommand implements Callable<Integer> {
    private static final int SAME = 0;
    private static final int DIFFERENT = 1;
    private static final int TROUBLE = 2;

    private final Streams streams;

    @Option(
            names = {"-o", "--ordered"},
            description = "Another order of nodes, properties and reservations is a difference, too.")
    private boolean ordered;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing.")
    private boolean quiet;

    @Parameters(index = "0", paramLabel = "A", description = "The first tree; - is standard input.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "B", description = "The second tree.")
    private String after = "";

    DiffCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, Failure {
        TreeDiff diff;
        try {
            diff = TreeDiff.between(
                    streams.readTree(before), streams.readTree(after), ordered ? Order.COMPARED : Order.IGNORED);
        } catch (Failure e) {
            throw e.withStatus(TROUBLE);
        }
        if (!quiet) {
            streams.print(diff.toString());
        }
        return diff.isEmpty() ? SAME : DIFFERENT;
    }
}

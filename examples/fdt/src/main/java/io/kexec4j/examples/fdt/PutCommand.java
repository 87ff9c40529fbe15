package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableTree;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes a device tree in its file: fdtput. If anything fails, the file stays as it is. */
@Command(
        name = "fdtput",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        description = "Sets a property to what all VALUEs are together, or adds and removes nodes and properties.")
final class PutCommand implements Callable<Integer> {
    private final Streams streams;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private enum Operation {
        SET,
        CREATE,
        REMOVE,
        DELETE
    }

    private Operation operation = Operation.SET;

    @Option(
            names = {"-p", "--auto-path"},
            description = "Add the nodes of the path that are not there.")
    private boolean autoPath;

    @Option(
            names = {"-t", "--type"},
            paramLabel = "TYPE",
            converter = ValueType.Reader.class,
            description =
                    "What values are: s (strings), i, u or x (numbers); before a number its size: b or hh (1 byte),"
                            + " h (2), l (4).")
    private ValueType type = ValueType.UNSAID;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print each value as it was understood.")
    private boolean verbose;

    @Parameters(index = "0", paramLabel = "FILE", description = "The device tree; - is standard input and output.")
    private String file = "";

    @Parameters(
            index = "1..*",
            paramLabel = "NODE [PROPERTY [VALUE...]]",
            description = "With -c and -r nodes, with -d a node and properties.")
    private List<String> rest = List.of();

    PutCommand(Streams streams) {
        this.streams = streams;
    }

    @Option(
            names = {"-c", "--create"},
            description = "Add each NODE.")
    void create(boolean given) {
        operation = Operation.CREATE;
    }

    @Option(
            names = {"-r", "--remove"},
            description = "Remove each NODE with all below it.")
    void remove(boolean given) {
        operation = Operation.REMOVE;
    }

    @Option(
            names = {"-d", "--delete"},
            description = "Remove each PROPERTY of NODE.")
    void delete(boolean given) {
        operation = Operation.DELETE;
    }

    @Override
    public Integer call() throws IOException, Failure {
        if (operation == Operation.SET && rest.size() < 2) {
            throw new ParameterException(
                    spec.commandLine(), rest.isEmpty() ? "there is no node" : "there is no property");
        }
        if (operation == Operation.DELETE && rest.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "there is no node");
        }
        if (type.isRaw()) {
            throw new ParameterException(spec.commandLine(), "an argument cannot hold raw bytes; use -t bx");
        }
        EditableTree tree = streams.readTree(file).edit();
        Edits edits = new Edits(tree);
        switch (operation) {
            case SET -> set(edits);
            case CREATE -> create(edits);
            case REMOVE -> remove(edits);
            case DELETE -> delete(edits);
        }
        streams.writeBlob(file, tree.write());
        return 0;
    }

    private void set(Edits edits) throws Failure {
        ValueReader reader = new ValueReader(type);
        var value = reader.read(rest.subList(2, rest.size()));
        if (verbose) {
            streams.errors().print(reader.protocol());
        }
        if (autoPath) {
            edits.createPath(rest.get(0));
        }
        edits.set(rest.get(0), rest.get(1), value);
    }

    private void create(Edits edits) throws Failure {
        for (String path : rest) {
            if (autoPath) {
                edits.createPath(path);
            } else {
                edits.create(path);
            }
        }
    }

    private void remove(Edits edits) throws Failure {
        for (String path : rest) {
            edits.remove(path);
        }
    }

    private void delete(Edits edits) throws Failure {
        for (String property : rest.subList(1, rest.size())) {
            edits.unset(rest.get(0), property);
        }
    }
}

package io.kexec4j.examples.fdt;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All commands by their names. Each takes the arguments that the tool of this name takes. */
@Command(
        name = "fdt",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Reads, writes and compares device trees.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeOnInvalidInput = 1)
final class FdtCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private FdtCommand() {}

    /** Runs a command and gives its exit status. */
    static int run(Streams streams, String... arguments) {
        // As getopt_long has it: the last of several wins, names may be abbreviated, and a value may begin with a dash.
        // Looking for abbreviations, picocli fails at an empty argument and at "-", which are arguments like others
        // here.
        boolean abbreviations = Stream.of(arguments).noneMatch(List.of("", Streams.STANDARD)::contains);
        CommandLine line = new CommandLine(new FdtCommand())
                .addSubcommand(new DtcCommand(streams))
                .addSubcommand(new GetCommand(streams))
                .addSubcommand(new PutCommand(streams))
                .addSubcommand(new OverlayCommand(streams))
                .addSubcommand(new DumpCommand(streams))
                .addSubcommand(new DiffCommand(streams))
                .addSubcommand(new BatchCommand(streams))
                .setOverwrittenOptionsAllowed(true)
                .setAbbreviatedOptionsAllowed(abbreviations)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .setOut(streams.writer())
                .setErr(streams.errors());
        line.setParameterExceptionHandler((e, given) -> mistake(streams, e));
        line.setExecutionExceptionHandler((e, running, parsed) -> failure(streams, running, e));
        try {
            return line.execute(arguments);
        } finally {
            streams.flush();
        }
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say which command");
    }

    private static int mistake(Streams streams, ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        streams.errors()
                .println(command.name() + ": " + e.getMessage() + "; see " + command.qualifiedName() + " --help");
        return command.exitCodeOnInvalidInput();
    }

    private static int failure(Streams streams, CommandLine line, Exception e) throws Exception {
        if (e instanceof Failure failure) {
            streams.errors().println(failure.getMessage());
            return failure.status();
        }
        if (!(e instanceof IOException) && !(e instanceof IllegalArgumentException)) {
            throw e;
        }
        streams.errors().println(line.getCommandName() + ": " + FileErrors.text(e));
        return line.getCommandSpec().exitCodeOnExecutionException();
    }
}

package io.kexec4j.examples.fdt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Answers many questions in one process: one line in, one line out, at once. */
@Command(
        name = "batch",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        description =
                "Reads lines from standard input, their fields separated by tabs, and answers each with a line: OK, or"
                        + " ERR, a tab and the name of an error of libfdt without FDT_ERR_.",
        footer = {
            "",
            "check FILE                       whether it is a well-formed blob",
            "roundtrip FILE OUT               reads it, and writes it again",
            "dts FILE OUT                     prints it as source",
            "overlay BASE OUT OVERLAY...      applies overlays",
            "lookup FILE PATH                 OK, a tab and the full path of a node; a path may begin with an alias, and"
                    + " names may lack unit addresses; BADSTRUCTURE if a name in it has control characters",
            "",
            "Further errors: IO (a file cannot be read or written), USAGE (the line is not understood), NOSPACE (the result"
                    + " would be too large), INTERNAL (a bug, told on standard error). The next line is read after any"
                    + " of them.",
            "",
            "Names of files are UTF-8. Java takes the encoding of names from the locale and from nothing else: where the"
                    + " locale is C or POSIX, names with other characters than ASCII give IO; say LC_ALL=C.UTF-8 there."
        })
final class BatchCommand implements Callable<Integer> {
    private final Streams streams;

    BatchCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        Batch batch = new Batch(streams);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = streams.in().read();
                c >= 0 || line.size() > 0;
                c = streams.in().read()) {
            if (c >= 0 && c != '\n') {
                line.write(c);
                continue;
            }
            streams.println(batch.answer(line.toString(StandardCharsets.ISO_8859_1)));
            streams.out().flush();
            line.reset();
        }
        return 0;
    }
}

package io.kexec4j.examples.cli;

import io.kexec4j.linux.LoadMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is made of the image besides loading it. */
final class OutputOptions {
    @Option(
            names = "--dry-run",
            description = "Draw the image, and load nothing. Needs no privileges but to read the facts.")
    boolean dryRun;

    @Option(names = "--json", description = "Print the image as JSON, and load nothing.")
    boolean json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Write a drawing of the memory with the image in it.")
    @Nullable
    Path svg;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the image to FILE, which kexec -l FILE loads, here or elsewhere.")
    @Nullable
    Path container;

    @Option(
            names = "--save-segments",
            paramLabel = "DIR",
            description = "Write each segment to a file of its own in DIR.")
    @Nullable
    Path segments;

    @Option(
            names = "--diff",
            paramLabel = "FILE",
            description =
                    "Print in what the image differs from that in FILE, which --output has written; load nothing.")
    @Nullable
    Path other;

    /** Refuses what would silently not be done. */
    void check(Options options, Actions actions) {
        if (!print() && !write()) {
            return;
        }
        if (options.status || options.printCrashSize || (!actions.load() && !actions.isNone())) {
            throw new IllegalArgumentException(
                    "--dry-run plans what -l or -p would load; leave -u and -e out, and -S and --print-ckr-size;"
                            + " so it is with --json, --diff, --svg, --output and --save-segments");
        }
        if (actions.mode() == LoadMode.KEXEC_FILE_LOAD) {
            throw new IllegalArgumentException(
                    "there is no image to print or write: the running kernel builds the image; leave -s out");
        }
    }

    /** Whether something is printed instead of loading the image. */
    boolean print() {
        return dryRun || json || other != null;
    }

    /** Whether something is written. */
    boolean write() {
        return svg != null || container != null || segments != null;
    }
}

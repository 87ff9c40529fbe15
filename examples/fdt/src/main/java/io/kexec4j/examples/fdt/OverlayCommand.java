package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.overlay.Overlays;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Applies overlays: fdtoverlay. */
@Command(
        name = "fdtoverlay",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        description = "Applies overlays to a device tree, one after the other.")
final class OverlayCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(
            names = {"-i", "--input"},
            required = true,
            paramLabel = "FILE",
            description = "The device tree to begin with; - is standard input.")
    private String base = "";

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The result; - is standard output.")
    private String output = "";

    @Option(
            names = {"-v", "--verbose"},
            description = "Say what is done.")
    private boolean verbose;

    @Parameters(arity = "1..*", paramLabel = "OVERLAY", description = "The overlays.")
    private List<String> overlays = List.of();

    OverlayCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, Failure {
        if (verbose) {
            sayWhat();
        }
        EditableTree tree = streams.readTree(base).edit();
        for (String overlay : overlays) {
            Fdt changes = streams.readTree(overlay);
            try {
                tree = Overlays.apply(tree, changes);
            } catch (FdtException e) {
                String why = "\nFailed to apply '" + overlay + "': FDT_ERR_" + e.error();
                throw new Failure(1, why + "\n" + FileErrors.text(e));
            }
        }
        streams.writeBlob(output, tree.write());
        return 0;
    }

    private void sayWhat() throws IOException {
        streams.println("input  = " + Streams.raw(base));
        streams.println("output = " + Streams.raw(output));
        for (int i = 0; i < overlays.size(); i++) {
            streams.println("overlay[" + i + "] = " + Streams.raw(overlays.get(i)));
        }
    }
}

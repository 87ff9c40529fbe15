package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtHeader;
import io.kexec4j.fdt.FdtLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a blob as it is, token by token: fdtdump. */
@Command(
        name = "fdtdump",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeOnInvalidInput = 1,
        description = "Prints a blob token by token.")
final class DumpCommand implements Callable<Integer> {
    private static final String BANNER = """

            **** fdtdump is a low-level debugging tool, not meant for general use.
            **** If you want to decompile a dtb, you probably want
            ****     dtc -I dtb -O dts <filename>
            """;

    private final Streams streams;

    @Option(
            names = {"-d", "--debug"},
            description = "Say where each token is.")
    private boolean debug;

    @Option(
            names = {"-s", "--scan"},
            description = "Look for a blob inside of the file.")
    private boolean scan;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file; - is standard input.")
    private String file = "";

    DumpCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException, Failure {
        streams.errors().println(BANNER);
        new TokenDump(streams, find(streams.readBlob(file)), debug).print();
        return 0;
    }

    private Fdt find(ByteBuffer bytes) throws IOException, Failure {
        if (!scan) {
            try {
                return Fdt.read(bytes, FdtLimits.NONE);
            } catch (FdtException e) {
                throw new Failure(1, "FATAL ERROR: " + file + ": " + FileErrors.text(e));
            }
        }
        for (int at = 0; at + Integer.BYTES <= bytes.limit(); at++) {
            if (bytes.getInt(at) == FdtHeader.MAGIC) {
                try {
                    Fdt found = Fdt.read(bytes.duplicate().position(at), FdtLimits.NONE);
                    streams.println(Streams.raw(file) + ": found fdt at offset 0x" + Integer.toHexString(at));
                    return found;
                } catch (FdtException e) {
                    streams.println(Streams.raw(file) + ": skipping fdt at offset 0x" + Integer.toHexString(at));
                }
            }
        }
        throw new Failure(1, "FATAL ERROR: " + file + ": could not locate fdt magic");
    }
}

package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.BlobOptions;
import io.kexec4j.fdt.FdtHeader;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.dts.DtsOptions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of dtc. */
final class DtcOptions {
    private static final long MAX_SOURCE = 1L << 30;

    @Option(
            names = {"-q", "--quiet"},
            description = "No warnings; -qq: no errors of the tree either.")
    private boolean[] quiet = {};

    @Option(
            names = {"-I", "--in-format"},
            paramLabel = "FORMAT",
            converter = DtcFormat.Input.class,
            description =
                    "dts (source), dtb (blob) or fs (directory such as /proc/device-tree); by default what FILE is.")
    @Nullable
    DtcFormat input;

    @Option(
            names = {"-O", "--out-format"},
            paramLabel = "FORMAT",
            converter = DtcFormat.Output.class,
            description =
                    "dts or dtb; by default what the name of the output says, else dtb for a source, dts for others.")
    @Nullable
    DtcFormat format;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "The output; standard output by default.")
    String output = Streams.STANDARD;

    @Option(
            names = {"-V", "--out-version"},
            paramLabel = "NUMBER",
            converter = CNumber.class,
            description = "The version of the blob: 17 (default) or 16.")
    private long blobVersion = FdtHeader.NEWEST_VERSION;

    @Option(
            names = {"-d", "--out-dependency"},
            paramLabel = "FILE",
            description = "Write a rule for make with all files that were read.")
    @Nullable
    String dependencies;

    @Option(
            names = {"-R", "--reserve"},
            paramLabel = "NUMBER",
            converter = CNumber.class,
            description = "Unused entries of the reservation block.")
    private long reserve;

    @Option(
            names = {"-S", "--space"},
            paramLabel = "BYTES",
            converter = CNumber.class,
            description = "The size that the blob has at least.")
    private long space;

    @Option(
            names = {"-p", "--pad"},
            paramLabel = "BYTES",
            converter = CNumber.class,
            description = "Bytes added at the end.")
    private long pad;

    @Option(
            names = {"-a", "--align"},
            paramLabel = "BYTES",
            converter = CNumber.class,
            description = "A power of two that the size is a multiple of.")
    private long align;

    @Option(
            names = {"-b", "--boot-cpu"},
            paramLabel = "NUMBER",
            converter = CNumber.class,
            description = "The physical ID of the boot CPU.")
    private @Nullable Long bootCpu;

    @Option(
            names = {"-f", "--force"},
            description = "Write a tree that has errors.")
    boolean force;

    @Option(
            names = {"-i", "--include"},
            paramLabel = "DIR",
            description = "Where included files are looked for, too.")
    List<String> include = List.of();

    @Option(
            names = {"-s", "--sort"},
            description = "Sort nodes, properties and reservations.")
    boolean sort;

    @Option(
            names = {"-H", "--phandle"},
            paramLabel = "FORM",
            description = "epapr: new phandles are called phandle; that is the only form here.")
    private String phandle = "epapr";

    @Option(
            names = {"-W", "--warning"},
            paramLabel = "[no-]NAME",
            description = "Accepted, though there are no warnings here.")
    private List<String> warnings = List.of();

    @Option(
            names = {"-E", "--error"},
            paramLabel = "no-NAME",
            description = "Accepted for checks to leave out; there are none to add.")
    private List<String> errors = List.of();

    @Option(
            names = {"-@", "--symbols"},
            description = "Name labelled nodes in /__symbols__, so that overlays can refer to them.")
    private boolean symbols;

    @Option(
            names = {"-L", "--local-fixups"},
            description = "Record in /__local_fixups__ where phandles stand.")
    private boolean localFixups;

    @Option(
            names = {"-A", "--auto-alias"},
            hidden = true)
    private boolean autoAlias;

    @Option(
            names = {"-T", "--annotate"},
            hidden = true)
    private boolean[] annotate = {};

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Option(
            names = {"-v", "--version"},
            versionHelp = true,
            description = "Print the version.")
    boolean version;

    /** A number as C writes it: 10, 0x10, 010. */
    static final class CNumber implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Long.decode(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not a number");
            }
        }
    }

    /** Refuses what cannot be done. */
    void verify() {
        if (blobVersion < FdtHeader.OLDEST_VERSION || blobVersion > FdtHeader.NEWEST_VERSION) {
            throw new IllegalArgumentException(
                    blobVersion >= 1 && blobVersion <= 3
                            ? "version " + blobVersion + " is missing here; there are 16 and 17"
                            : "Unknown device tree blob version " + blobVersion);
        }
        if (space > 0 && pad > 0) {
            throw new IllegalArgumentException("Can't set both -p and -S");
        }
        verifyRange("-p", pad, 0, Integer.MAX_VALUE);
        verifyRange("-S", space, 0, Integer.MAX_VALUE);
        verifyRange("-a", align, 0, 1 << 30);
        verifyRange("-R", reserve, 0, Integer.MAX_VALUE / (2 * Long.BYTES) - 1);
        verifyRange("-b", bootCpu == null ? 0 : bootCpu, -1, 0xffff_ffffL);
        if (align < 0 || Long.bitCount(align) > 1) {
            throw new IllegalArgumentException("Invalid argument \"" + align + "\" to -a option");
        }
        if (!List.of("epapr", "legacy", "both").contains(phandle)) {
            throw new IllegalArgumentException("Invalid argument \"" + phandle + "\" to -H option");
        }
        if (autoAlias || annotate.length > 0) {
            throw new IllegalArgumentException("-A and -T are missing here");
        }
        for (String name : errors) {
            if (!name.startsWith("no-")) {
                throw new IllegalArgumentException("-E " + name + ": there are no checks here that could be errors");
            }
        }
        if (quietness() == 0 && warnings.stream().anyMatch(name -> !name.startsWith("no-"))) {
            throw new IllegalArgumentException("-W: there are no warnings here; add -q if none are fine");
        }
    }

    private static void verifyRange(String option, long number, long lowest, long highest) {
        if (number < lowest || number > highest) {
            throw new IllegalArgumentException(
                    "Invalid argument \"" + number + "\" to " + option + " option: it is " + lowest + " to " + highest);
        }
    }

    /** Refuses what cannot be done with a source. */
    DtsOptions source() {
        if (!phandle.equals("epapr")) {
            throw new IllegalArgumentException("-H " + phandle + " is missing here; there is epapr");
        }
        return DtsOptions.DEFAULT
                .withSymbols(symbols)
                .withLocalFixups(localFixups)
                .withLimits(FdtLimits.NONE)
                .withMaxSize(MAX_SOURCE);
    }

    int quietness() {
        return quiet.length;
    }

    Optional<Integer> bootCpuid() {
        return Optional.ofNullable(bootCpu).filter(number -> number != -1).map(Long::intValue);
    }

    BlobOptions blob() {
        return BlobOptions.DEFAULT
                .withVersion((int) blobVersion)
                .withPadding(Math.toIntExact(pad))
                .withMinimumSize(Math.toIntExact(space))
                .withAlignment(Math.toIntExact(Math.max(align, 1)))
                .withReservationSlots(Math.toIntExact(reserve));
    }

    DtcFormat outputFormat(DtcFormat read) {
        return Optional.ofNullable(format)
                .or(() -> DtcFormat.ofName(output))
                .orElse(read == DtcFormat.DTS ? DtcFormat.DTB : DtcFormat.DTS);
    }
}

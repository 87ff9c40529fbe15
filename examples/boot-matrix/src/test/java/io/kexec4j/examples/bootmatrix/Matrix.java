package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * The table of all boots: what started what, how, and whether it worked. A cell that cannot run here is in it too, as
 * skipped and with the reason. Closing it prints it and writes {@code target/boot-matrix.md}.
 */
final class Matrix implements AutoCloseable {
    private static final List<String> HEADINGS =
            List.of("Architecture", "First kernel", "Second kernel", "Format", "Path", "initrd", "Result", "Seconds");

    /** As many characters of a reason as a column bears. */
    private static final int REASON = 100;

    private final List<List<String>> rows = new ArrayList<>();

    /**
     * A boot.
     *
     * @param architecture as the SDK names it
     * @param first release of the kernel that loads
     * @param second release of the kernel that is loaded
     * @param format of the second kernel's file
     * @param path into the running kernel: {@code kexec_load}, {@code kexec_file_load}, ...
     * @param initrd whether the second kernel gets an initramfs
     */
    record Row(String architecture, String first, String second, String format, String path, boolean initrd) {}

    /** Runs a test, and notes how it ended. */
    void row(Row row, Executable test) throws Throwable {
        long started = System.nanoTime();
        String result = "passed";
        try {
            test.execute();
        } catch (TestAbortedException e) {
            result = "skipped: " + reason(e);
            throw e;
        } catch (Throwable e) {
            result = "**failed**: " + reason(e);
            throw e;
        } finally {
            double seconds = (System.nanoTime() - started) / 1e9;
            rows.add(List.of(
                    row.architecture,
                    row.first,
                    row.second,
                    row.format,
                    row.path,
                    row.initrd ? "yes" : "no",
                    result,
                    result.startsWith("skipped") ? "" : String.format(Locale.ROOT, "%.1f", seconds)));
        }
    }

    @Override
    public void close() throws IOException {
        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "boot-matrix.md"), toString());
        System.out.println("\nBoot matrix\n\n" + this);
    }

    /** A Markdown table with columns that are straight in plain text as well. Its order does not depend on that of the tests. */
    @Override
    public String toString() {
        List<List<String>> all = new ArrayList<>();
        all.add(HEADINGS);
        rows.stream().sorted(Comparator.comparing(List::toString)).forEach(all::add);
        List<Integer> widths = IntStream.range(0, HEADINGS.size())
                .mapToObj(column -> all.stream()
                        .mapToInt(cells -> cells.get(column).length())
                        .max()
                        .orElseThrow())
                .toList();
        all.add(1, widths.stream().map("-"::repeat).toList());
        return all.stream().map(cells -> line(cells, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> cells, List<Integer> widths) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> ("%-" + widths.get(column) + "s").formatted(cells.get(column)))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The first paragraph of a message, as a cell. */
    private static String reason(Throwable e) {
        String paragraph = String.valueOf(e.getMessage()).strip().split("\\n\\s*\\n", 2)[0];
        String reason = paragraph.replaceAll("\\s+", " ").replace("|", "\\|");
        return reason.length() <= REASON ? reason : reason.substring(0, REASON) + " ...";
    }
}

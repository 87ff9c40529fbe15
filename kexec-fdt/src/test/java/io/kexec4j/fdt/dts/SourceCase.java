package io.kexec4j.fdt.dts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A source, and what becomes of it: what dtc 1.7.2 makes of it, as the lenient printer prints it without labels and
 * references; or the error.
 */
record SourceCase(String name, String source, String result) {
    /** All cases of a file: each is a line with a name behind ===, the source, a line of ---, the result. */
    static List<SourceCase> in(String file) {
        try (InputStream stream = SourceCase.class.getResourceAsStream(file)) {
            String text = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(("\n" + text).split("\n=== ", -1))
                    .skip(1)
                    .map(SourceCase::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceCase parse(String text) {
        int source = text.indexOf('\n') + 1;
        int result = text.indexOf("\n---\n", source - 1);
        return new SourceCase(
                text.substring(0, source - 1),
                text.substring(source, Math.max(source, result + 1)),
                text.substring(result + 5).strip());
    }

    /** Whether dtc is called with -@. */
    boolean hasSymbols() {
        return name.endsWith(" -@");
    }

    DtsOptions options() {
        return DtsOptions.DEFAULT.withSymbols(hasSymbols());
    }

    String[] dtcOptions() {
        return hasSymbols() ? new String[] {"-@"} : new String[0];
    }

    /** Whether only this library refuses the source. */
    boolean isStricterThanDtc() {
        return name.endsWith(" (only here)");
    }

    @Override
    public String toString() {
        return name;
    }
}

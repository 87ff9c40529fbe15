package io.kexec4j.target;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The few symbols of {@code /proc/kallsyms} that matter here (kernel/kallsyms.c). Without {@code CONFIG_KALLSYMS_ALL} those are missing
 * that lie outside of the code: {@code _end}, on arm64 also {@code _text}. Linux shows 0 to those who must not know.
 */
final class KernelSymbols {
    static final String FILE = "proc/kallsyms";

    static final String TEXT = "_text";
    static final String STEXT = "_stext";
    static final String END = "_end";

    /** The symbols of modules come behind those of the kernel, and may be many. */
    private static final int READ_AT_MOST = 16 << 20;

    private static final Pattern SYMBOL =
            Pattern.compile("^([0-9a-f]{1,16}) [A-Za-z] (_text|_stext|_end)$", Pattern.MULTILINE);
    private static final int HEXADECIMAL = 16;

    private final List<String> lines;
    private final Map<String, Long> addresses;

    private KernelSymbols(List<String> lines, Map<String, Long> addresses) {
        this.lines = lines;
        this.addresses = addresses;
    }

    static KernelSymbols parse(String kallsyms) {
        List<String> lines = new ArrayList<>();
        Map<String, Long> addresses = new HashMap<>();
        Set<String> unclear = new HashSet<>();
        Matcher symbol = SYMBOL.matcher(kallsyms);
        while (symbol.find()) {
            long address = Long.parseUnsignedLong(symbol.group(1), HEXADECIMAL);
            Long other = addresses.putIfAbsent(symbol.group(2), address);
            if (address == 0 || (other != null && other != address)) {
                unclear.add(symbol.group(2));
            }
            if (other == null || other != address) {
                lines.add(symbol.group());
            }
        }
        addresses.keySet().removeAll(unclear);
        return new KernelSymbols(lines, addresses);
    }

    /** Nothing is known if the file is missing or must not be read. */
    static KernelSymbols read(RootFiles files) throws IOException {
        return parse(files.headIfAllowed(FILE, READ_AT_MOST)
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .orElse(""));
    }

    /** The address of one of the symbols, unless it is missing, hidden, or there are several. */
    OptionalLong address(String name) {
        Optional<Long> address = Optional.ofNullable(addresses.get(name));
        return address.isPresent() ? OptionalLong.of(address.get()) : OptionalLong.empty();
    }

    /** The lines of these symbols, if there are any. */
    Optional<String> factsOnly() {
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines) + "\n");
    }
}

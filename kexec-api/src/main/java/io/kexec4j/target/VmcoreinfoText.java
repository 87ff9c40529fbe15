package io.kexec4j.target;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the running kernel describes itself (kernel/vmcore_info.c): lines of a key and a value. Of the values only a few are read. */
final class VmcoreinfoText {
    private static final Pattern HEXADECIMAL = Pattern.compile("(?:0x)?([0-9a-fA-F]{1,16})");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}");
    private static final int RADIX = 16;

    /** Where x86 with 64 bits has the physical address {@code phys_base} ({@code __START_KERNEL_map}). */
    private static final long START_KERNEL_MAP = 0xffffffff80000000L;

    private final String text;

    VmcoreinfoText(String text) {
        this.text = text;
    }

    /** The address of a symbol, if it is told. */
    OptionalLong symbol(String name) {
        return hexadecimal("SYMBOL(" + name + ")");
    }

    /** Virtual address minus physical address in the mapping of the kernel itself, if it is told: by arm64, and by x86. */
    OptionalLong kernelOffset() {
        OptionalLong arm64 = hexadecimal("NUMBER(kimage_voffset)");
        if (arm64.isPresent()) {
            return arm64;
        }
        Optional<Long> x86 = value("NUMBER(phys_base)")
                .filter(value -> DECIMAL.matcher(value).matches())
                .map(Long::parseLong);
        return x86.isPresent() ? OptionalLong.of(START_KERNEL_MAP - x86.get()) : OptionalLong.empty();
    }

    private OptionalLong hexadecimal(String key) {
        Optional<Matcher> value = value(key).map(HEXADECIMAL::matcher).filter(Matcher::matches);
        return value.isPresent()
                ? OptionalLong.of(Long.parseUnsignedLong(value.get().group(1), RADIX))
                : OptionalLong.empty();
    }

    private Optional<String> value(String key) {
        String start = key + "=";
        return text.lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .map(line -> line.substring(start.length()));
    }
}

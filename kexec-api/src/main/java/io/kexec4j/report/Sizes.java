package io.kexec4j.report;

import java.util.List;
import java.util.Locale;

/** Numbers of bytes for people. */
final class Sizes {
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final int UNIT_BITS = 10;

    private Sizes() {}

    /** An unsigned number in the largest unit of which it has one, with at most one digit behind the point. */
    static String text(long bytes) {
        if (Long.compareUnsigned(bytes, 1L << UNIT_BITS) < 0) {
            return bytes + " B";
        }
        int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / UNIT_BITS;
        double value = (double) (bytes >>> 1) / (1L << (unit * UNIT_BITS - 1));
        String digits = String.format(Locale.ROOT, "%.1f", value);
        return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits) + " " + UNITS.get(unit - 1);
    }

    static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}

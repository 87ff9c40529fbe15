package io.kexec4j.linux;

import io.kexec4j.image.KexecFileFlag;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of Linux, such as 6.12.
 *
 * @param name as {@code uname -r} prints it
 * @param major the 6 of 6.12
 * @param minor the 12 of 6.12
 */
record KernelRelease(String name, int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?!\\d).*");

    /** Reads what {@code uname -r} prints. */
    static Optional<KernelRelease> parse(String name) {
        Matcher matcher = NUMBERS.matcher(name);
        return matcher.matches()
                ? Optional.of(
                        new KernelRelease(name, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** Whether Linux of this release has a flag of kexec_file_load. */
    boolean knows(KexecFileFlag flag) {
        return flag.isKnownTo(major, minor);
    }

    /** Whether it is this release or a newer one. */
    boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}

package io.kexec4j.target;

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
public record KernelRelease(String name, int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?!\\d).*");

    /**
     * {@return the release with a name, if it begins with two numbers}
     *
     * @param name as {@code uname -r} prints it
     */
    public static Optional<KernelRelease> parse(String name) {
        Matcher matcher = NUMBERS.matcher(name);
        return matcher.matches()
                ? Optional.of(
                        new KernelRelease(name, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /**
     * {@return whether this is a release, or a newer one}
     *
     * @param otherMajor the 6 of 6.12
     * @param otherMinor the 12 of 6.12
     */
    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}

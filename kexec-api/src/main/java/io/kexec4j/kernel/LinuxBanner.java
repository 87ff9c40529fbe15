package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The first line that a kernel prints: "Linux version", and which one. */
final class LinuxBanner {
    private static final byte[] MARK = "Linux version ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 512;
    private static final int CHUNK = 1 << 20;

    private LinuxBanner() {}

    /** What follows the words, to the end of the line; the first time that a number does. */
    static Optional<String> find(Content code) throws IOException {
        for (long start = 0; start < code.size(); start += CHUNK) {
            int length = (int) Math.min(CHUNK + MARK.length + LONGEST, code.size() - start);
            byte[] chunk = code.copy(start, length);
            for (int i = 0; i < Math.min(CHUNK, length - MARK.length); i++) {
                int end = i + MARK.length;
                if (chunk[i] == MARK[0]
                        && Arrays.equals(chunk, i, end, MARK, 0, MARK.length)
                        && chunk[end] >= '0'
                        && chunk[end] <= '9') {
                    return Optional.of(line(chunk, end));
                }
            }
        }
        return Optional.empty();
    }

    private static String line(byte[] chunk, int start) {
        int end = start;
        while (end < chunk.length && end - start < LONGEST && chunk[end] >= ' ' && chunk[end] < 0x7f) {
            end++;
        }
        return new String(chunk, start, end - start, StandardCharsets.US_ASCII);
    }
}

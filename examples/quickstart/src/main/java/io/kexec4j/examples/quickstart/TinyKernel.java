package io.kexec4j.examples.quickstart;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.io.InputStream;

/**
 * A kernel that comes along with this example: 12 KiB that boot, print on the serial port what they were handed, and power off.
 * Its sources are in src/main/native.
 */
final class TinyKernel {
    private static final String RESOURCE = "tiny-x86_64.bzImage";

    private TinyKernel() {}

    static Content file() throws IOException {
        try (InputStream resource = TinyKernel.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the jar lacks " + RESOURCE);
            }
            return Content.of(resource.readAllBytes());
        }
    }
}

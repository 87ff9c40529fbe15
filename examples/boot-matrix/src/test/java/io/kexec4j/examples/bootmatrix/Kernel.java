package io.kexec4j.examples.bootmatrix;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.BzImage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A kernel of the lab.
 *
 * @param file an x86 bzImage
 * @param release as {@code uname -r} prints it
 */
record Kernel(Path file, String release) {
    static Kernel read(Path file) throws IOException {
        String version = BzImage.parse(Content.ofFile(file)).versionString().orElseThrow();
        return new Kernel(file, version.substring(0, version.indexOf(' ')));
    }
}

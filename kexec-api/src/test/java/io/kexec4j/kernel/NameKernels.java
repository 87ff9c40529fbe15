package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.file.Path;

/** A program that prints what the files named on its command line are. */
final class NameKernels {
    private NameKernels() {}

    public static void main(String[] files) throws IOException {
        for (String file : files) {
            Path path = Path.of(file);
            try {
                System.out.println(path.getFileName() + " " + KernelFile.parse(Content.ofFile(path)));
            } catch (MalformedInputException | RuntimeException e) {
                System.out.println(path.getFileName() + " " + e);
            }
        }
    }
}

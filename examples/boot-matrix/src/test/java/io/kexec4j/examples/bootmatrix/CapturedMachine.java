package io.kexec4j.examples.bootmatrix;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.linux.Kexec;
import io.kexec4j.target.Target;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs in a guest: copies the files in which the machine tells its facts, and loads an image whose random bytes are known. The same
 * image can then be built of the copy on another machine.
 */
final class CapturedMachine {
    private CapturedMachine() {}

    /**
     * Captures, builds and loads, and prints the image.
     *
     * @param arguments the kernel, the initrd, the command line, and a directory for the copy
     */
    public static void main(String[] arguments) throws IOException {
        TargetFiles files = TargetFiles.ofRunningSystem();
        files.capture(Path.of(arguments[3]));
        KexecImage image = image(files.read(), Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        words(image).forEach(System.out::println);
        Kexec.system().load(image);
    }

    static KexecImage image(Target target, Path kernel, Path initrd, String commandLine) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(kernel)
                .initrd(initrd)
                .commandLine(commandLine)
                .random(bytes -> Arrays.fill(bytes, (byte) 7))
                .build();
    }

    /** Everything that kexec_load is given, a line each. */
    static List<String> words(KexecImage image) throws IOException {
        List<String> words = new ArrayList<>();
        words.add("image entry 0x%x flags 0x%x".formatted(image.entry(), image.flagBits()));
        for (Segment segment : image.segments()) {
            words.add("image %s %s %d %s"
                    .formatted(
                            segment.role().label(),
                            segment.range(),
                            segment.content().size(),
                            segment.content().sha256()));
        }
        return words;
    }
}

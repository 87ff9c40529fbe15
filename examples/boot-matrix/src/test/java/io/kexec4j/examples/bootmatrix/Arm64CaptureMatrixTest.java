package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.ARM64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.target.TargetFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An image for arm64 is the same wherever it is built: on the machine itself, or here of what was copied there. */
@ExtendWith(MatrixExtension.class)
class Arm64CaptureMatrixTest {
    private static final Path COPY = Path.of("target", "captured-arm64");

    @Test
    void theSameImageIsBuiltHere(Matrix matrix) throws Throwable {
        String release = Lab.release(ARM64, "6.12");
        matrix.row(
                new Matrix.Row(
                        ARM64.architecture().linuxName(), release, release, "Image", "kexec_load, captured", true),
                () -> {
                    Kernel kernel = Lab.kernel(ARM64, "6.12");
                    Console console = new KexecScenario("arm64-captured", kernel, kernel.file())
                            .secondCommandLine("kexec4j.row=captured")
                            .program(CapturedMachine.class)
                            .load(
                                    "$JAVA -cp /app/kexec.jar:/app/classes " + CapturedMachine.class.getName()
                                            + " /k2 /rd2 \"$CMD2\" /copy && tar -c -C /copy . | gzip | base64 | sed 's/^/copy /'")
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(console, kernel.release(), ARM64.commandLine() + " kexec4j.row=captured");
                    unpack(console.frame("load"));
                    Path initrd = KexecScenario.secondInitramfs(ARM64, Map.of());
                    List<String> words = CapturedMachine.words(CapturedMachine.image(
                            TargetFiles.below(COPY).read(),
                            kernel.file(),
                            initrd,
                            ARM64.commandLine() + " kexec4j.row=captured"));
                    assertThat(words).hasSize(5);
                    assertThat(console.frame("load").all("^image .*$").map(MatchResult::group))
                            .containsExactlyElementsOf(words);
                });
    }

    private static void unpack(Console load) throws IOException {
        if (Files.exists(COPY)) {
            try (Stream<Path> old = Files.walk(COPY)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        String text = load.all("^copy (.*)$").map(line -> line.group(1)).collect(Collectors.joining());
        try (TarArchiveInputStream archive = new TarArchiveInputStream(
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text))))) {
            for (TarArchiveEntry entry; (entry = archive.getNextEntry()) != null; ) {
                if (entry.isFile()) {
                    Path file = COPY.resolve(entry.getName()).normalize();
                    Files.createDirectories(file.toAbsolutePath().getParent());
                    Files.write(file, archive.readAllBytes());
                }
            }
        }
    }
}

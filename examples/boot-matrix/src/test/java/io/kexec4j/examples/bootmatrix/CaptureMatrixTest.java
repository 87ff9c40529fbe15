package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.ARM64;
import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;
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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An image is the same wherever it is built: on the machine itself, or here of what was copied there. */
@ExtendWith(MatrixExtension.class)
class CaptureMatrixTest {
    private static Stream<Machine> machines() {
        return Stream.of(ARM64, PPC64LE);
    }

    @ParameterizedTest
    @MethodSource("machines")
    void theSameImageIsBuiltHere(Machine machine, Matrix matrix) throws Throwable {
        String release = Lab.release(machine, "6.12");
        matrix.row(
                new Matrix.Row(
                        machine.architecture().linuxName(),
                        release,
                        release,
                        machine.format(),
                        "kexec_load, captured",
                        true),
                () -> {
                    Kernel kernel = Lab.kernel(machine, "6.12");
                    String commandLine = machine.commandLine() + " kexec4j.row=captured";
                    Console console = new KexecScenario(machine.folder() + "-captured", kernel, kernel.file())
                            .secondCommandLine("kexec4j.row=captured")
                            .program(CapturedMachine.class)
                            .load(
                                    "$JAVA -cp /app/kexec.jar:/app/classes " + CapturedMachine.class.getName()
                                            + " /k2 /rd2 \"$CMD2\" /copy && tar -c -C /copy . | gzip | base64 | sed 's/^/copy /'")
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(console, kernel.release(), commandLine);
                    Path copy = Path.of("target", "captured-" + machine.folder());
                    unpack(console.frame("load"), copy);
                    List<String> words = CapturedMachine.words(CapturedMachine.image(
                            TargetFiles.below(copy).read(),
                            kernel.file(),
                            KexecScenario.secondInitramfs(machine, Map.of()),
                            commandLine));
                    assertThat(words).hasSize(5);
                    assertThat(console.frame("load").all("^image .*$").map(MatchResult::group))
                            .containsExactlyElementsOf(words);
                });
    }

    private static void unpack(Console load, Path copy) throws IOException {
        if (Files.exists(copy)) {
            try (Stream<Path> old = Files.walk(copy)) {
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
                    Path file = copy.resolve(entry.getName()).normalize();
                    Files.createDirectories(file.toAbsolutePath().getParent());
                    Files.write(file, archive.readAllBytes());
                }
            }
        }
    }
}

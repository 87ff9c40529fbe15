package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KexecOutputsTest extends CommandOnAMachine {
    @Test
    void bothCallsGetWhatTheyTake() {
        assertThat(kexec(
                        "-c",
                        "-s",
                        "-d",
                        "-l",
                        KERNEL,
                        "--append=a=b",
                        "--initrd=pom.xml",
                        "--initrd=pom.xml",
                        "--no-cma"))
                .as(err.toString())
                .isZero();
        KexecFiles files = Objects.requireNonNull(system.files);
        assertThat(files.commandLine()).isEqualTo("a=b");
        assertThat(files.flags()).containsExactlyInAnyOrder(KexecFileFlag.NO_CMA, KexecFileFlag.DEBUG);
        assertThat(files.kernel().wholeFile()).contains(Path.of(KERNEL));
        assertThat(files.initrd().orElseThrow().size())
                .isGreaterThan(2 * Path.of("pom.xml").toFile().length() - 1);
        assertThat(err.toString())
                .contains("kexec: using kexec_file_load: the test says so\n", "kexec: note: it was loaded\n");
        assertThat(kexec("-s", "-l", KERNEL, "--mem-max=0x10000000")).isEqualTo(1);
        assertThat(err.toString()).contains("a window in memory: kexec_file_load cannot do that");
    }

    @Test
    void anImageIsWrittenAndLoadedLater() throws IOException {
        Path image = root.resolve("image");
        Path svg = root.resolve("image.svg");
        Path segments = root.resolve("segments");
        assertThat(kexec(
                        "--target-root=" + root,
                        "--output=" + image,
                        "--svg=" + svg,
                        "--save-segments=" + segments,
                        KERNEL))
                .as(err.toString())
                .isZero();
        assertThat(Files.readString(svg)).startsWith("<?xml").contains("purgatory");
        try (Stream<Path> files = Files.list(segments)) {
            assertThat(files).hasSize(3);
        }
        assertThat(system.calls).isEmpty();

        assertThat(kexec("-l", image.toString())).as(err.toString()).isZero();
        assertThat(system.calls).containsExactly("load");
        assertThat(Objects.requireNonNull(system.image).segments()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--append=x", "--no-cma", "--console-serial --serial=ttyS1", "--noefi"})
    void nothingCanBeSaidAboutAnImageThatIsBuilt(String arguments) {
        Path image = root.resolve("image");
        assertThat(plan("--output=" + image)).isZero();
        assertThat(kexec(("-l " + image + " " + arguments).split(" "))).isEqualTo(1);
        assertThat(err.toString()).contains("the image is built already in " + image);
        assertThat(system.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--svg=ROOT/none/x    | ROOT/none/x cannot be written: there is no such directory",
                "--svg=ROOT           | ROOT cannot be written: Is a directory",
                "--output=ROOT/none/x | ROOT/none/x cannot be written: there is no such directory",
                "--save-segments=ROOT | ROOT cannot be written: the directory is not empty"
            })
    void whatCannotBeWrittenIsNotToldAsAMistakeOfReading(String option, String message) {
        assertThat(plan(option.replace("ROOT", root.toString()))).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("kexec: " + message.replace("ROOT", root.toString()) + "\n");
    }

    @Test
    void anImageIsPrintedAsJson() {
        assertThat(plan("--json")).isZero();
        assertThat(out.toString()).startsWith("{").contains("\"segments\"", "\"role\": \"purgatory\"");
    }

    @Test
    void twoImagesAreCompared() {
        Path image = root.resolve("image");
        assertThat(plan("--output=" + image, "--append=one")).isZero();
        assertThat(plan("--diff=" + image, "--append=two")).isZero();
        assertThat(out.toString()).contains("boot_params");
    }
}

package io.kexec4j.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** readelf of GNU binutils sees the segments and notes of a container. */
class ReadelfContainerTest {
    private static final String HEX = " +0x([0-9a-f]+)";

    @TempDir
    Path directory;

    @Test
    void readelfSeesTheImage() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "readelf"))),
                "readelf is not on the PATH: apt-get install binutils");
        for (int seed = 0; seed < 10; seed++) {
            KexecImage image = SampleImages.random(seed);
            Path file = directory.resolve("image" + seed);
            ImageContainer.write(image, file);

            String output = readelf(file);

            assertThat(output)
                    .doesNotContainIgnoringCase("warning")
                    .doesNotContainIgnoringCase("error")
                    .contains("Entry point 0x%x".formatted(image.entry()))
                    .contains("There are %d program headers"
                            .formatted(1 + image.segments().size()));
            List<MatchResult> loads = find("^  LOAD" + HEX + HEX + HEX + HEX + HEX + " RWE +0x([0-9a-f]+)$", output);
            assertThat(loads).hasSameSizeAs(image.segments());
            for (int i = 0; i < loads.size(); i++) {
                Segment segment = image.segments().get(i);
                assertThat(hex(loads.get(i), 2)).isEqualTo(segment.range().start());
                assertThat(hex(loads.get(i), 3)).isEqualTo(segment.range().start());
                assertThat(hex(loads.get(i), 4)).isEqualTo(segment.content().size());
                assertThat(hex(loads.get(i), 5)).isEqualTo(segment.range().size());
                assertThat(hex(loads.get(i), 6)).isEqualTo(image.pageSize());
                byte[] content = Arrays.copyOfRange(Files.readAllBytes(file), (int) hex(loads.get(i), 1), (int)
                        (hex(loads.get(i), 1) + hex(loads.get(i), 4)));
                assertThat(content).isEqualTo(segment.content().copy(0, content.length));
            }
            assertThat(find("^  kexec4j +0x[0-9a-f]+\t", output))
                    .hasSize(1 + image.segments().size() + image.remarks().size());
        }
    }

    private static String readelf(Path file) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("readelf", "-lWn", file.toString()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static long hex(MatchResult row, int group) {
        return Long.parseUnsignedLong(row.group(group), 16);
    }

    private static List<MatchResult> find(String regex, String text) {
        return Pattern.compile(regex, Pattern.MULTILINE).matcher(text).results().toList();
    }
}

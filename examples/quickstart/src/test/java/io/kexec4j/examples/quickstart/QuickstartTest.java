package io.kexec4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class QuickstartTest {
    private static final String MARK = "        // README\n";
    private static final String INDENT = "        ";

    @Test
    void printsTheFourSegments() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Quickstart.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), "a=b");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("[0x100000000, 0x140000000) System RAM", "kernel_alignment 0x200000", "flags 0x3e0000")
                .containsPattern("(?m)^0 +kernel ")
                .containsPattern("(?m)^1 +initrd ")
                .containsPattern("(?m)^2 +boot_params ")
                .containsPattern("(?m)^3 +purgatory +0x13fffc000 ");
    }

    @Test
    void theExampleOfTheReadmeIsCompiled() throws IOException {
        String source = Files.readString(Path.of("src/main/java/io/kexec4j/examples/quickstart/ReadmeExample.java"));
        String example = source.substring(source.indexOf(MARK) + MARK.length(), source.lastIndexOf(MARK))
                .replace("\n" + INDENT, "\n")
                .substring(INDENT.length());
        assertThat(Files.readString(Path.of("../../README.md"))).contains("```java\n" + example + "```");
    }
}

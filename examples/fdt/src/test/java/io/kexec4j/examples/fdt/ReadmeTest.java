package io.kexec4j.examples.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README says of device trees. */
class ReadmeTest {
    private static final String MARK = "        // README\n";
    private static final String INDENT = "        ";

    @Test
    void itsExampleIsCompiled() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/kexec4j/examples/fdt/ReadmeExample.java"));
        String example = source.substring(source.indexOf(MARK) + MARK.length(), source.lastIndexOf(MARK))
                .replace("\n" + INDENT, "\n")
                .substring(INDENT.length());
        assertThat(Files.readString(Path.of("../../README.md"))).contains("```java\n" + example + "```");
    }
}

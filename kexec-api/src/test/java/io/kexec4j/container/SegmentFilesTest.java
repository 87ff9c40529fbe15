package io.kexec4j.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFilesTest {
    @TempDir
    Path directory;

    @Test
    void eachSegmentBecomesAFile() throws IOException {
        KexecImage image = SampleImages.small();

        List<Path> files = SegmentFiles.save(image, directory.resolve("a/b"));

        assertThat(files)
                .extracting(file -> directory.relativize(file).toString())
                .containsExactly(
                        "a/b/00-kernel-0x100000.bin",
                        "a/b/01-initrd-0x7f000000.bin",
                        "a/b/02-purgatory-0x100000000.bin");
        assertThat(files.get(0)).hasBinaryContent(SampleImages.bytes(1, 0x1234));
        assertThat(files.get(1)).hasBinaryContent(SampleImages.bytes(2, 17));
        assertThat(files.get(2)).isEmptyFile();
    }

    @Test
    void theFilesOfTwoImagesAreNotMixed() throws IOException {
        SegmentFiles.save(SampleImages.small(), directory);

        assertThatThrownBy(() -> SegmentFiles.save(SampleImages.random(1), directory))
                .isInstanceOf(DirectoryNotEmptyException.class);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(3);
        }
    }
}

package io.kexec4j.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
    private static final int LARGE = 3 << 20;

    @TempDir
    private Path directory;

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Content file(String name, int size) throws IOException {
        return Content.ofFile(Files.write(directory.resolve(name), random(name.hashCode(), size)));
    }

    private void truncate(String name, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    @Test
    void theyAreThoseOfEachContentInOrder() throws Exception {
        List<Content> contents = new ArrayList<>();
        List<byte[]> expected = new ArrayList<>();
        // Small, large and empty ones, mapped and made, some more than once.
        for (int i = 0; i < 12; i++) {
            byte[] bytes = random(i, i % 3 * LARGE + i % 4);
            Path path = Files.write(directory.resolve("file" + i), bytes);
            contents.add(i % 2 == 1 && bytes.length > 0 ? Content.ofFile(path) : Content.of(bytes));
            expected.add(MessageDigest.getInstance("SHA-256").digest(bytes));
        }
        contents.addAll(List.copyOf(contents));
        expected.addAll(List.copyOf(expected));

        assertThat(Digests.of(contents).stream().map(Sha256::toByteArray)).containsExactlyElementsOf(expected);
        assertThat(Digests.of(List.of())).isEmpty();
    }

    @Test
    void theyAreKeptByTheContents() throws Exception {
        List<Content> contents = List.of(file("kernel", LARGE), file("initrd", LARGE));

        List<Sha256> digests = Digests.of(contents);

        assertThat(contents.get(0).sha256()).isSameAs(digests.get(0));
        assertThat(contents.get(1).sha256()).isSameAs(digests.get(1));
    }

    @Test
    void ofSeveralErrorsTheFirstIsReported() throws Exception {
        List<Content> contents = List.of(file("kernel", LARGE), file("initrd", LARGE), file("module", LARGE));
        truncate("initrd", 17);
        truncate("module", 5);

        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> Digests.of(contents))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining(directory.resolve("initrd").toString());
        }
    }

    @Test
    void threadsThatAskTogetherGetTheSameDigest() throws Exception {
        Content content = file("initrd", LARGE);

        List<Sha256> digests =
                IntStream.range(0, 8).parallel().mapToObj(i -> digest(content)).toList();

        assertThat(digests).allSatisfy(digest -> assertThat(digest).isSameAs(digests.get(0)));
    }

    private static Sha256 digest(Content content) {
        try {
            return content.sha256();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

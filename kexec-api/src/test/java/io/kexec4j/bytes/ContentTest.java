package io.kexec4j.bytes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTest {
    private static final int SIZE = 3 * 0x10000 + 5;

    @TempDir
    private Path directory;

    private static byte[] random() {
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private Path file() throws IOException {
        return Files.write(directory.resolve("initrd"), random());
    }

    private static void truncate(Path path, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static void assertMalformed(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(MalformedInputException.class).hasMessageContaining(message);
    }

    @Test
    void aFileIsMappedAndReadOnly() throws Exception {
        Content content = Content.ofFile(file());

        assertThat(content.size()).isEqualTo(SIZE);
        assertThat(content.copy(0, SIZE)).isEqualTo(random());
        assertThat(content.slices()).hasSize(1).allSatisfy(slice -> {
            assertThat(slice.isDirect()).isTrue();
            assertThat(slice.isReadOnly()).isTrue();
        });
        assertThat(content).hasToString(directory.resolve("initrd") + ", " + SIZE + " bytes");
    }

    @Test
    void theDigestIsThatOfTheJdkAndComputedOnce() throws Exception {
        Content content = Content.ofFile(file());

        assertThat(content.sha256().toByteArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(random()));
        assertThat(content.sha256()).isSameAs(content.sha256());
        assertThat(Content.EMPTY.sha256().toByteArray())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest());
    }

    @Test
    void aSliceIsTheSameBytes() throws Exception {
        Content slice = Content.ofFile(file()).slice(7, 1000).slice(3, 100);

        assertThat(slice.size()).isEqualTo(100);
        assertThat(slice.copy(0, 100)).isEqualTo(Content.of(random()).copy(10, 100));
        assertThat(slice.sha256()).isEqualTo(Content.of(slice.copy(0, 100)).sha256());
        assertThat(slice.slice(100, 0).slices()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, 11", "10, 1", "11, 0", "5, -1", "9223372036854775807, 1", "1, 2147483647"})
    void aPartLiesWithinTheContent(long offset, int length) {
        Content content = Content.of(new byte[10]);

        assertThatThrownBy(() -> content.slice(offset, length)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> content.copy(offset, length)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void contentsAreJoinedWithoutACopy() throws Exception {
        Content file = Content.ofFile(file());
        Content joined = Content.concat(List.of(Content.of(new byte[] {1, 2}), Content.EMPTY, file, file.slice(5, 7)));

        assertThat(joined.size()).isEqualTo(SIZE + 9L);
        assertThat(joined.slices()).extracting(ByteBuffer::isDirect).containsExactly(false, true, true);
        assertThat(joined.copy(0, 3)).containsExactly(1, 2, random()[0]);
        assertThat(joined.slice(SIZE + 2L, 7)).isEqualTo(Content.of(random()).slice(5, 7));
        assertThat(Content.concat(List.of(Content.EMPTY, file))).isSameAs(file);
        assertThat(Content.concat(List.of())).isSameAs(Content.EMPTY);
        truncate(directory.resolve("initrd"), 5);
        assertMalformed(joined::verifyNotShrunk, "must keep them");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "65536", "200000"})
    void zeroesAreZero(int size) throws Exception {
        assertThat(Content.zeroes(size)).isEqualTo(Content.of(new byte[size]));
        assertThatThrownBy(() -> Content.zeroes(Long.MIN_VALUE + size)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyAWholeFileIsAFile() throws Exception {
        Content file = Content.ofFile(file());

        assertThat(file.wholeFile()).contains(directory.resolve("initrd"));
        assertThat(file.slice(0, SIZE).wholeFile()).contains(directory.resolve("initrd"));
        assertThat(file.slice(0, SIZE - 1).wholeFile()).isEmpty();
        assertThat(Content.concat(List.of(file, file)).wholeFile()).isEmpty();
        assertThat(Content.of(random()).wholeFile()).isEmpty();
    }

    @Test
    void bytesAreCopiedAndBuffersAreNot() throws Exception {
        byte[] bytes = "0123456789".getBytes(US_ASCII);
        Content copied = Content.of(bytes);
        Content shared = Content.of(ByteBuffer.wrap(bytes, 2, 3));
        bytes[2] = 'x';

        assertThat(copied.copy(0, 10)).isEqualTo("0123456789".getBytes(US_ASCII));
        assertThat(shared.copy(0, 3)).isEqualTo("x34".getBytes(US_ASCII));
        assertThat(Content.of(new byte[0])).isSameAs(Content.EMPTY);
        assertThat(Content.EMPTY).hasToString("0 bytes");
        Content.EMPTY.verifyNotShrunk();
    }

    @Test
    void theBuffersOfOneCallDoNotMoveThoseOfAnother() {
        Content content = Content.of(new byte[10]);
        content.slices().get(0).position(10);

        assertThat(content.slices().get(0).remaining()).isEqualTo(10);
    }

    @Test
    void theHeadHasAtMostTheBytesThereAre() throws Exception {
        Content content = Content.of(new byte[] {1, 2, 3});

        assertThat(content.head("x", ByteOrder.LITTLE_ENDIAN, 2).size()).isEqualTo(2);
        assertThat(content.head("x", ByteOrder.LITTLE_ENDIAN, 100).size()).isEqualTo(3);
        assertThat(content.head("x", ByteOrder.LITTLE_ENDIAN, 2).u16(0)).isEqualTo(0x201);
    }

    @Test
    void whatIsNoFileWithBytesIsRefused() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));

        assertMalformed(() -> Content.ofFile(empty), "must not be empty");
        assertMalformed(() -> Content.ofFile(directory), "not a directory");
        assertThatThrownBy(() -> Content.ofFile(directory.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeIsRefusedWithoutWaitingForItsWriter() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor(10, TimeUnit.SECONDS))
                .isTrue();

        assertMalformed(() -> Content.ofFile(pipe), "a regular file is needed");
    }

    @Test
    void aFileThatShrinksIsNoticed() throws IOException {
        Path path = file();
        Content content = Content.ofFile(path);
        content.verifyNotShrunk();
        truncate(path, SIZE - 1);

        assertMalformed(content::verifyNotShrunk, "had " + SIZE + " bytes");
        assertMalformed(() -> content.copy(0, 1), "must keep them");
        assertMalformed(content::sha256, "must keep them");
        assertMalformed(() -> content.slice(0, 10).sha256(), "must keep them");
    }

    @Test
    void aKnownDigestNeedsTheFileNoMore() throws IOException {
        Path path = file();
        Content content = Content.ofFile(path);
        Object digest = content.sha256();
        truncate(path, 0);

        assertThat(content.sha256()).isEqualTo(digest);
    }

    /** The file that the name now belongs to is long enough. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theFileThatIsMappedCountsAndNotItsName() throws IOException {
        Path path = file();
        Content content = Content.ofFile(path);
        Path moved = Files.move(path, directory.resolve("moved"));
        Files.copy(Files.write(directory.resolve("other"), random()), path, StandardCopyOption.REPLACE_EXISTING);
        truncate(moved, 0);

        assertMalformed(() -> content.copy(0, SIZE), "must keep them");
        assertMalformed(content::sha256, "must keep them");
    }

    /** Whenever the file shrinks, also in the middle of a read, one exception says so and no error comes later. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileMayShrinkWhileItIsRead() throws Exception {
        for (int i = 0; i < 200; i++) {
            Path path = file();
            Content content = Content.ofFile(path);
            Thread truncating = new Thread(() -> {
                try {
                    truncate(path, 0);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            truncating.start();
            try {
                while (true) {
                    assertThat(content.copy(0, SIZE)).isEqualTo(random());
                }
            } catch (MalformedInputException e) {
                assertThat(e).hasMessageContaining("must keep them");
            }
            truncating.join();
        }
    }
}

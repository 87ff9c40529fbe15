package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page size of a machine, as the auxiliary vector of a process tells it. */
class PageSizeTest {
    /** As a process of arm64 has them: addresses, a count, an address, AT_EXECFN. */
    private static final long[] OTHERS = {33, 0xffff9f7f5000L, 16, 0x887L, 3, 0xaaaab0e90040L, 31, 0xffffce52afe8L};

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @BeforeEach
    void aMachine() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.createDirectories(root.resolve("proc/sys/kernel"));
        Files.writeString(root.resolve("proc/sys/kernel/arch"), "aarch64\n");
        Files.writeString(root.resolve("proc/iomem"), "40000000-7fffffff : System RAM\n");
    }

    private static byte[] vector(int width, ByteOrder order, long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * width).order(order);
        for (long word : words) {
            if (width == Long.BYTES) {
                bytes.putLong(word);
            } else {
                bytes.putInt((int) word);
            }
        }
        return bytes.array();
    }

    /** Pairs that do not matter, the page size, and the end. */
    private static long[] words(long pageSize) {
        long[] words = Arrays.copyOf(OTHERS, OTHERS.length + 6);
        words[OTHERS.length] = 6;
        words[OTHERS.length + 1] = pageSize;
        words[OTHERS.length + 2] = 17;
        words[OTHERS.length + 3] = 100;
        return words;
    }

    private void write(byte[] vector) throws IOException {
        Files.write(root.resolve("proc/self/auxv"), vector);
    }

    private void assertMalformed(byte[] vector) throws IOException {
        write(vector);
        assertThatThrownBy(() -> TargetFiles.below(root).read())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("proc/self/auxv: there must be pairs");
        assertThatThrownBy(() -> TargetFiles.below(root).capture(root.resolve("copy")))
                .isInstanceOf(MalformedInputException.class);
        assertThat(root.resolve("copy")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(longs = {4096, 16384, 65536})
    void everyPageSizeOfArm64(long pageSize) throws IOException {
        write(vector(8, ByteOrder.LITTLE_ENDIAN, words(pageSize)));
        assertThat(TargetFiles.below(root).read().pageSize()).isEqualTo(pageSize);
    }

    @ParameterizedTest
    @CsvSource({"8, LITTLE_ENDIAN", "8, BIG_ENDIAN", "4, LITTLE_ENDIAN", "4, BIG_ENDIAN"})
    void everyFormIsReadAndCapturedWithNothingElse(int width, String name, @TempDir Path copy) throws IOException {
        ByteOrder order = name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        for (long pageSize : new long[] {4096, 8192, 16384, 32768, 65536}) {
            write(vector(width, order, words(pageSize)));
            Path captured = copy.resolve("" + pageSize);
            TargetFiles.below(root).capture(captured);
            assertThat(Files.readAllBytes(captured.resolve("proc/self/auxv")))
                    .isEqualTo(vector(width, order, 6, pageSize, 0, 0));
            Target target = TargetFiles.below(captured).read();
            assertThat(target.pageSize()).isEqualTo(pageSize);
            assertThat(target).isEqualTo(TargetFiles.below(root).read());
        }
    }

    @Test
    void withoutTheFileItIsThatOfTheArchitecture(@TempDir Path copy) throws IOException {
        assertThat(TargetFiles.below(root).read().pageSize()).isEqualTo(Architecture.AARCH64.defaultPageSize());
        TargetFiles.below(root).capture(copy.resolve("x"));
        assertThat(copy.resolve("x/proc/self")).doesNotExist();
    }

    @Test
    void whatFollowsTheEndDoesNotMatter() throws IOException {
        write(vector(8, ByteOrder.LITTLE_ENDIAN, 6, 65536, 0, 0, 6, 4096, -1, -1));
        assertThat(TargetFiles.below(root).read().pageSize()).isEqualTo(65536);
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = vector(8, ByteOrder.LITTLE_ENDIAN, words(16384));
        for (int size = 0; size < whole.length; size++) {
            assertMalformed(Arrays.copyOf(whole, size));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2048, 4095, 4097, 12288, 0x20000, 0x1_0000_1000L, -4096, Long.MIN_VALUE, -1})
    void aPageSizeThatNoMachineHasIsRefused(long pageSize) throws IOException {
        assertMalformed(vector(8, ByteOrder.LITTLE_ENDIAN, words(pageSize)));
    }

    @Test
    void aVectorWithoutAPageSizeIsRefused() throws IOException {
        assertMalformed(vector(8, ByteOrder.LITTLE_ENDIAN, 3, 4096, 17, 100, 0, 0));
        assertMalformed(vector(8, ByteOrder.LITTLE_ENDIAN, 0x10000, 1, 6, 4096, 0, 0));
        assertMalformed("any text, longer than a pair of words".getBytes(StandardCharsets.US_ASCII));
    }

    /** A reading in the wrong width or byte order never makes sense. */
    @Test
    void noVectorIsReadInTwoWays() throws IOException {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            int width = random.nextBoolean() ? 8 : 4;
            ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            long pageSize = 4096L << random.nextInt(5);
            long[] words = new long[2 * (2 + random.nextInt(20))];
            for (int i = 0; i < words.length - 2; i += 2) {
                words[i] = random.nextInt(7, 67);
                words[i + 1] = random.nextBoolean() ? random.nextInt(5000) : random.nextLong();
            }
            int place = 2 * random.nextInt(words.length / 2 - 1);
            words[place] = 6;
            words[place + 1] = pageSize;
            AuxiliaryVector read = AuxiliaryVector.parse(vector(width, order, words));
            assertThat(read.pageSize()).as("seed %d", seed).isEqualTo(pageSize);
            assertThat(read.factsOnly()).isEqualTo(vector(width, order, 6, pageSize, 0, 0));
        }
    }

    @Test
    void theRunningSystemHasOne() throws IOException {
        Path real = Path.of("/proc/self/auxv");
        assumeTrue(Files.isReadable(real), "no " + real);
        assertThat(AuxiliaryVector.parse(Files.readAllBytes(real)).pageSize()).isBetween(4096L, 65536L);
    }
}

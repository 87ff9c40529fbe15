package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.survives;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are: MalformedInputException, or a result. */
class HostileBytesTest {
    private static final int MUTATIONS = 20_000;

    private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private static BzImageBuilder full() {
        return new BzImageBuilder()
                .versionString("6.1 test")
                .payload(0x2cc, GZIP)
                .kernelInfo(0x1000, "LToP", 16, 16, 0x8000000a);
    }

    @Test
    void everyTruncationOfTheSetupIsRefused() throws IOException {
        byte[] bytes = full().bytes();
        for (int length = 0; length <= 0xa00 + BzImage.ENTRY_64; length++) {
            assertThat(survives(Arrays.copyOf(bytes, length)))
                    .as("%d bytes", length)
                    .isFalse();
        }
        assertThat(survives(bytes)).isTrue();
    }

    @Test
    void everyTruncationOfTheCodeUpToItsPartsIsRefused() throws IOException {
        byte[] bytes = full().bytes();
        for (int length = 0xa00 + BzImage.ENTRY_64; length < 0xa00 + 0x1010; length++) {
            assertThat(survives(Arrays.copyOf(bytes, length)))
                    .as("%d bytes", length)
                    .isFalse();
        }
        assertThat(survives(Arrays.copyOf(bytes, 0xa00 + 0x1010))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x200, 0x205, 0x209, 0x20a, 0x20c, 0x20f})
    void extremeValuesAreRefusedWhereAFieldHasARule(int version) throws IOException {
        List<Long> values = List.of(
                0L,
                1L,
                2L,
                0x7fL,
                0x80L,
                0xffL,
                0x1fffL,
                0x2000L,
                0x2001L,
                0x7fffL,
                0xffffL,
                0x7fffffffL,
                0x80000000L,
                0xfffffff0L,
                0xffffffffL,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -0x2000L,
                -1L);
        for (BzImageBuilder.Field field : full().version(version).fields()) {
            for (long value : values) {
                assertThatTheRuleIsKept(version, field, value);
                assertThatTheRuleIsKept(version, field, field.value() + value);
            }
        }
    }

    private static void assertThatTheRuleIsKept(int version, BzImageBuilder.Field field, long value)
            throws IOException {
        long cut = field.size() == 8 ? value : value & (1L << (8 * field.size())) - 1;
        assertThat(survives(full().version(version).set(field.name(), cut).bytes()))
                .as("version 0x%x, %s 0x%x", version, field.name(), cut)
                .isEqualTo(isAllowed(version, field.name(), cut));
    }

    /** Whether the boot protocol allows a value in what {@link #full} makes; anything goes for fields without a rule. */
    private static boolean isAllowed(int version, String field, long value) {
        return switch (field) {
            case "boot_flag" -> value == 0xaa55;
            case "jump" -> value == 0xeb;
            case "jump_target" -> 0x202 + value >= smallestEnd(version) && 0x202 + value <= 0x290;
            case "header" -> value == 0x53726448;
            case "version" -> value >>> 8 == 2 && smallestEnd((int) value) <= smallestEnd(version);
            case "kernel_version" -> value + 0x200 < 0xa00;
            case "loadflags" -> (value & 1) != 0;
            case "kernel_alignment" -> Long.bitCount(value) == 1 && (version < 0x20a || value >= 1 << 21);
            case "min_alignment" -> value <= 21;
            case "payload_offset" -> value + GZIP.length <= 0x2000;
            case "payload_length" -> 0x2cc + value <= 0x2000;
            case "pref_address" -> Long.compareUnsigned(value, -0x300000) <= 0;
            case "init_size" -> value >= 0x2000;
            case "kernel_info_offset" -> value == 0 || value == 0x1000;
            default -> true;
        };
    }

    private static int smallestEnd(int version) {
        int newest = Math.min(version, 0x20f);
        return newest == 0x20e ? 0x268 : 0x202 + (int) full().version(newest).value("jump_target");
    }

    @Test
    void randomChangesAreSurvived() throws IOException {
        byte[] bytes = full().bytes();
        int accepted = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes.clone();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                int offset = random.nextInt(8) == 0
                        ? random.nextInt(changed.length)
                        : SetupHeader.START + random.nextInt(SetupHeader.LARGEST_END - SetupHeader.START);
                changed[offset] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(2) - 1);
            }
            accepted += survives(changed) ? 1 : 0;
        }
        assertThat(accepted).isBetween(1, MUTATIONS - 1);
    }

    @Test
    void randomBytesAreIdentifiedAsSomething() throws IOException {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(700)];
            random.nextBytes(bytes);
            assertThat(survives(bytes)).isFalse();
        }
    }

    @Test
    void aFileThatShrinksIsReported(@TempDir Path directory) throws IOException {
        Path path = Files.write(directory.resolve("vmlinuz"), full().bytes());
        Content file = Content.ofFile(path);
        BzImage image = BzImage.parse(file);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(0x300);
        }
        assertThatThrownBy(() -> BzImage.parse(file))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("vmlinuz");
        assertThatThrownBy(() -> KernelFiles.identify(file)).isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> image.protectedModeCode().copy(0, 0x2000)).isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> image.protectedModeCode().sha256()).isInstanceOf(MalformedInputException.class);
        assertThat(image.header().version()).isEqualTo(0x020f);
    }

    @Test
    void aDirectoryAndAnEmptyFileAreNoKernels(@TempDir Path directory) throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThatThrownBy(() -> BzImage.parse(Content.ofFile(empty))).isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> BzImage.parse(Content.ofFile(directory))).isInstanceOf(IOException.class);
    }
}

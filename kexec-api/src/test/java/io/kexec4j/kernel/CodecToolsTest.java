package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of the programs that the build of Linux runs, with its options. */
class CodecToolsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "GZIP, gzip -n -f -9",
        "BZIP2, bzip2 -9",
        "LZMA, lzma -9",
        "XZ, xz --check=crc32 --x86 --lzma2=dict=128MiB",
        "XZ, xz --check=sha256",
        "LZ4_LEGACY, lz4 -l -9",
        "LZ4_FRAME, lz4 -9 -BD --content-size",
        "LZO, lzop -9",
        "LZO, lzop -1 --crc32",
        "LZO, lzop -3 -CC",
        "LZO, lzop -7 -F",
        "ZSTD, zstd -22 --ultra",
        "ZSTD, zstd -19"
    })
    void areReadWithTheSizeThatLinuxAppends(Compression format, String command) throws Exception {
        assumeTrue(Tools.isPresent(command.split(" ", -1)[0]), command);
        byte[] bytes = Streams.sample(3 << 20, 11);
        Path input = Files.write(directory.resolve("vmlinux.bin"), bytes);
        Path output = directory.resolve("packed");
        Tools.run("sh", "-c", "%s -c < %s > %s".formatted(command, input, output));
        Content stream = Content.ofFile(output);
        assertThat(Compression.of(ByteBuffer.wrap(stream.copy(0, 16)))).isEqualTo(format);
        assertThat(Decompression.DEFAULT.decompress(stream, format)).isEqualTo(Content.of(bytes));
        if (format != Compression.ZSTD) {
            Content withSize = Content.of(Streams.concat(Files.readAllBytes(output), Streams.word(bytes.length)));
            assertThat(Decompression.DEFAULT.decompress(withSize, format)).isEqualTo(Content.of(bytes));
        }
    }
}

package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kexec-tools takes a file that begins with zeroes for an empty LZMA stream, and loads a kernel of no bytes. */
class ZeroesRegressionTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 13, 512, 4096, 0x10010, 0x20000})
    void zeroesAreNoLzmaStream(int size) throws IOException {
        Content zeroes = Content.of(new byte[size]);
        assertThat(KernelFiles.identify(zeroes))
                .isEqualTo(new Identification(KernelFormat.ZEROES, "a file of %d zero bytes".formatted(size)));
        assertThat(Compression.of(ByteBuffer.allocate(size))).isEqualTo(Compression.UNKNOWN);
        assertThatThrownBy(() -> BzImage.parse(zeroes))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("zero bytes");
    }

    @Test
    void zeroesAtTheBeginningAreNoLzmaStreamEither() throws IOException {
        byte[] bytes = new byte[0x20000];
        bytes[bytes.length - 1] = 1;
        assertThat(KernelFiles.identify(Content.of(bytes)).format()).isEqualTo(KernelFormat.UNKNOWN);
    }
}

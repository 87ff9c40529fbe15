package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Each profile of a UKI can bring a compressed kernel: the limit of decompression is for all of them together. */
class MultiplyingUkiRegressionTest {
    private static final int KERNEL = 1 << 20;

    @Test
    void kernelsShareTheLimit() throws IOException {
        Content uki = uki(4);

        assertThat(Uki.parse(uki, new Decompression(4 * (KERNEL + 4096), 1 << 20))
                        .profiles())
                .hasSize(4);
        assertThatThrownBy(() -> Uki.parse(uki, new Decompression(4 * KERNEL, 1 << 20)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must not exceed the limit");
        Content many = uki(200);
        assertThatThrownBy(() -> Uki.parse(many, new Decompression(4 * KERNEL, 1 << 20)))
                .isInstanceOf(MalformedInputException.class);
    }

    private static Content uki(int profiles) throws IOException {
        byte[] elf = ElfImages.x8664()
                .load(0x10_0000, 0x10_0000, new byte[KERNEL], KERNEL)
                .bytes();
        byte[] compressed = Streams.compress(Compression.GZIP, elf);
        UkiImages uki = new UkiImages();
        for (int i = 0; i < profiles; i++) {
            uki.section(".profile", "ID=p" + i).section(".linux", compressed);
        }
        return uki.content();
    }
}

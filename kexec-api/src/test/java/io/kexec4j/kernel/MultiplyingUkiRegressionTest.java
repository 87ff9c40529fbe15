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

    /** What is small in the end may have been large in between. */
    @Test
    void everyLayerCounts() throws IOException {
        byte[] elf =
                ElfImages.x8664().load(0x10_0000, 0x10_0000, new byte[16], 16).bytes();
        byte[] inner = Streams.concat(Streams.compress(Compression.GZIP, elf), new byte[KERNEL]);
        byte[] twice = Streams.compress(Compression.GZIP, inner);
        UkiImages uki = new UkiImages();
        for (int i = 0; i < 4; i++) {
            uki.section(".profile", "ID=p" + i).section(".linux", twice);
        }

        assertThat(Uki.parse(uki.content(), new Decompression(4 * (KERNEL + 8192), 1 << 20))
                        .profiles())
                .hasSize(4);
        assertThatThrownBy(() -> Uki.parse(uki.content(), new Decompression(4 * KERNEL, 1 << 20)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must not exceed the limit");
    }

    /** Each profile lists the sections of the base. */
    @Test
    void sectionsAreLimited() {
        byte[] elf =
                ElfImages.x8664().load(0x10_0000, 0x10_0000, new byte[16], 16).bytes();
        UkiImages uki = new UkiImages().section(".linux", elf);
        for (int i = 1; i < 1025; i++) {
            uki.section(".x", "y");
        }
        assertThatThrownBy(() -> Uki.parse(uki.content(), Decompression.DEFAULT))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("at most 1024 sections, but there are 1025");
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

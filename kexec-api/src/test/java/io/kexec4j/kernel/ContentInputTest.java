package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContentInputTest {
    private static final int SIZE = 200_000;

    @Test
    void whatWasGivenBackIsReadAgain() throws IOException {
        byte[] bytes = Streams.sample(SIZE, 1);
        for (int read : new int[] {10, 65_536, 65_540, 131_072}) {
            for (int count : new int[] {0, 1, 4, 5, 10, read}) {
                ContentInput in = new ContentInput(Content.of(bytes), Progress.NONE);
                in.skipNBytes(read);
                in.giveBack(count);
                assertThat(in.position()).isEqualTo(read - count);
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, read - count, SIZE));
            }
        }
    }
}

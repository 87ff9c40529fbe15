package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Blobs that no editor would write. */
final class Bytes {
    private Bytes() {}

    /** Replaces the only occurrence of a text by one of the same length. */
    static ByteBuffer replace(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text.indexOf(from)).isPositive().isEqualTo(text.lastIndexOf(from));
        assertThat(to).hasSameSizeAs(from);
        return ByteBuffer.wrap(text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    }
}

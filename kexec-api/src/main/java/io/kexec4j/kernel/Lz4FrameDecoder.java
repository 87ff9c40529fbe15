package io.kexec4j.kernel;

import java.io.IOException;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/** One LZ4 frame. */
final class Lz4FrameDecoder implements Decoder {
    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        try (FramedLZ4CompressorInputStream decoder = new FramedLZ4CompressorInputStream(in, false)) {
            out.writeAll(decoder);
        }
    }
}

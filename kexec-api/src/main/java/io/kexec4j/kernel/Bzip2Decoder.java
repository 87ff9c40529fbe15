package io.kexec4j.kernel;

import java.io.IOException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** One bzip2 stream. */
final class Bzip2Decoder implements Decoder {
    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        try (BZip2CompressorInputStream decoder = new BZip2CompressorInputStream(in, false)) {
            out.writeAll(decoder);
        }
    }
}

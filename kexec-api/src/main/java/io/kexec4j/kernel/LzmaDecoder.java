package io.kexec4j.kernel;

import java.io.IOException;
import org.tukaani.xz.LZMAInputStream;

/** One LZMA stream in the container without a magic number. */
final class LzmaDecoder implements Decoder {
    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        try (LZMAInputStream decoder = new LZMAInputStream(in, XzDecoder.kibibytes(memoryLimit))) {
            out.writeAll(decoder);
        }
    }
}

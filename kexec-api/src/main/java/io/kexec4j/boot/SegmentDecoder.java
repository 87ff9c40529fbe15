package io.kexec4j.boot;

import io.kexec4j.image.Segment;
import java.io.IOException;
import java.util.Map;

/**
 * Knows what the content of some segments means, so that a comparison of images can say more than that bytes differ. An
 * architecture adds one for each kind of segment that it can read.
 */
public interface SegmentDecoder {
    /**
     * {@return whether it can read this segment}
     *
     * @param segment any
     */
    boolean decodes(Segment segment);

    /**
     * The fields of a segment and their values in words, in the order in which they are to be told; only those that are there.
     * Whatever the content is: what cannot be read is left out.
     *
     * @param segment one that it {@linkplain #decodes decodes}
     * @return the fields, named as the kernel names them
     * @throws IOException if a file behind the content has shrunk
     */
    Map<String, String> decode(Segment segment) throws IOException;
}

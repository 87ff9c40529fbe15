package io.kexec4j.report;

import io.kexec4j.image.Segment;
import java.io.IOException;
import java.util.Map;

/**
 * Knows what the content of some segments means, so that {@link ImageDiff} can say more than that bytes differ. An
 * architecture adds one for each kind of segment that it can read.
 */
interface SegmentDecoder {
    /** Whether it can read this segment. */
    boolean decodes(Segment segment);

    /**
     * The fields of a segment and their values in words, in the order in which they are to be told; only those that are there.
     * Whatever the content is: what cannot be read is left out.
     *
     * @throws IOException if a file behind the content has shrunk
     */
    Map<String, String> decode(Segment segment) throws IOException;
}

package io.kexec4j.bytes;

import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Digests of several contents, on several CPUs: a kernel and its initrd take no longer than the larger of the two. */
public final class Digests {
    /** Below, a digest is done before another thread has begun. */
    private static final long WORTH_A_THREAD = 1 << 20;

    private Digests() {}

    /**
     * Computes digests. Those of large contents that are not known yet are computed at the same time, by this thread and by
     * those of the JVM's common pool, as far as there are CPUs. What comes out does not depend on that.
     *
     * @param contents any contents
     * @return the digest of each, in the same order
     * @throws IOException if a file has shrunk; of several, the first
     */
    public static List<Sha256> of(List<Content> contents) throws IOException {
        List<Content> work = contents.stream()
                .filter(content -> content.size() >= WORTH_A_THREAD && !content.isDigestKnown())
                .toList();
        if (work.size() > 1 && Runtime.getRuntime().availableProcessors() > 1) {
            work.parallelStream().forEach(Digests::compute);
        }
        List<Sha256> digests = new ArrayList<>();
        for (Content content : contents) {
            digests.add(content.sha256());
        }
        return digests;
    }

    private static void compute(Content content) {
        try {
            content.sha256();
        } catch (IOException e) {
            // Left to the thread that asked: it meets the same error again, in order.
        }
    }
}

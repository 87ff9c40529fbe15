package io.kexec4j.bytes;

import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

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
        return of(contents, Progress.NONE);
    }

    /**
     * Computes digests as {@link #of(List)} does, and tells how far that has come.
     *
     * @param contents any contents
     * @param progress hears of the bytes whose digests are not known yet
     * @return the digest of each, in the same order
     * @throws IOException if a file has shrunk; of several, the first
     */
    public static List<Sha256> of(List<Content> contents, Progress progress) throws IOException {
        long total = contents.stream()
                .filter(content -> !content.isDigestKnown())
                .mapToLong(Content::size)
                .sum();
        AtomicLong done = new AtomicLong();
        LongConsumer counter = count -> progress.report(Progress.Task.DIGEST, done.addAndGet(count), total);
        List<Content> work = contents.stream()
                .filter(content -> content.size() >= WORTH_A_THREAD && !content.isDigestKnown())
                .toList();
        if (work.size() > 1 && Runtime.getRuntime().availableProcessors() > 1) {
            Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
            work.parallelStream().forEach(content -> compute(content, counter, failures));
            // The pool itself would throw a copy.
            if (!failures.isEmpty()) {
                throw failures.remove();
            }
        }
        List<Sha256> digests = new ArrayList<>();
        for (Content content : contents) {
            digests.add(content.sha256(counter));
        }
        return digests;
    }

    private static void compute(Content content, LongConsumer counter, Queue<RuntimeException> failures) {
        if (!failures.isEmpty()) {
            return;
        }
        try {
            content.sha256(counter);
        } catch (IOException e) {
            // Left to the thread that asked: it meets the same error again, in order.
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }
}

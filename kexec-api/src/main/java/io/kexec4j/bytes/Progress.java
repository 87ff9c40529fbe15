package io.kexec4j.bytes;

/**
 * Hears how far long work has come, for those who show it to somebody. It hears of no work that takes no time, and need not hear
 * that work has ended: what does the work returns. What it does with that changes nothing of the result, but an exception that it
 * throws ends the work, and is what the work then throws.
 */
@FunctionalInterface
public interface Progress {
    /** Hears nothing. */
    Progress NONE = (task, done, total) -> {};

    /** What takes long. */
    enum Task {
        /** Decompressing a kernel; the bytes are those of the compressed stream. */
        DECOMPRESS,
        /** Computing the SHA-256 digests of what an image is made of. */
        DIGEST
    }

    /**
     * Hears how far a task has come, every few MiB. Threads that share a task may call it at the same time, so that a smaller number
     * may follow a larger one.
     *
     * @param task what is being done
     * @param done how many bytes of it are done, 0 or more
     * @param total how many there are, at least {@code done}
     */
    void report(Task task, long done, long total);
}

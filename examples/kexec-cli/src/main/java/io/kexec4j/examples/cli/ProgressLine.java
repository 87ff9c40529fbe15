package io.kexec4j.examples.cli;

import io.kexec4j.bytes.Progress;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/**
 * Shows on a terminal what takes long, on a line that is written anew and cleared in the end. What is done within half a second
 * is not shown. Thread-safe.
 */
final class ProgressLine implements Progress, AutoCloseable {
    static final long DELAY_NANOS = 500_000_000;
    private static final long PERIOD_MILLIS = 100;
    private static final int MIB_BITS = 20;
    private static final int PERCENT = 100;

    private final PrintWriter terminal;
    private final LongSupplier nanos;
    private final Thread updater = new Thread(this::update, "progress");
    private boolean busy;
    private String text = "";
    private long since;
    private int shown;
    private volatile boolean closed;

    ProgressLine(PrintWriter terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
        updater.setDaemon(true);
    }

    /** A line that is updated as long as it is not closed. */
    static ProgressLine on(PrintWriter terminal) {
        ProgressLine line = new ProgressLine(terminal, System::nanoTime);
        line.updater.start();
        return line;
    }

    /** One that is never shown. */
    static ProgressLine none(PrintWriter unused) {
        ProgressLine line = new ProgressLine(unused, () -> 0);
        line.closed = true;
        return line;
    }

    @Override
    public void report(Task task, long done, long total) {
        if (closed) {
            return;
        }
        String what = switch (task) {
            case DECOMPRESS -> "decompressing the kernel";
            case DIGEST -> "computing digests";
        };
        show("%s: %d of %d MiB (%d %%)"
                .formatted(what, done >> MIB_BITS, total >> MIB_BITS, total == 0 ? PERCENT : done * PERCENT / total));
    }

    /** The system call, of which nothing is heard until it is done. */
    void loading(long bytes) {
        show("loading %d MiB".formatted(bytes >> MIB_BITS));
    }

    private synchronized void show(String what) {
        if (!busy) {
            busy = true;
            since = nanos.getAsLong();
        }
        text = "kexec: " + what;
    }

    /** Writes the line if it is time for that. */
    synchronized void tick() {
        if (!closed && busy && nanos.getAsLong() - since >= DELAY_NANOS) {
            terminal.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
            terminal.flush();
            shown = text.length();
        }
    }

    /** Makes room for something else. */
    synchronized void clear() {
        if (shown > 0) {
            terminal.print("\r" + " ".repeat(shown) + "\r");
            terminal.flush();
        }
        shown = 0;
        busy = false;
    }

    @Override
    public synchronized void close() {
        clear();
        closed = true;
        notifyAll();
    }

    private synchronized void update() {
        try {
            while (!closed) {
                wait(PERIOD_MILLIS);
                tick();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }
}

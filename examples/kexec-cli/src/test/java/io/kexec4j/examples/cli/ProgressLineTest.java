package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Progress.Task;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final long MIB = 1 << 20;

    private final StringWriter terminal = new StringWriter();
    private long now = 1000;
    private final ProgressLine line = new ProgressLine(new PrintWriter(terminal), () -> now);

    /** What somebody sees in the end: of each line, what was written over it last. */
    private String screen() {
        StringBuilder screen = new StringBuilder();
        int column = 0;
        for (char c : terminal.toString().toCharArray()) {
            if (c == '\r') {
                column = 0;
            } else {
                screen.replace(column, Math.min(column + 1, screen.length()), String.valueOf(c));
                column++;
            }
        }
        return screen.toString().stripTrailing();
    }

    private void afterMillis(long millis) {
        now += millis * 1_000_000;
        line.tick();
    }

    @Test
    void whatIsDoneSoonIsNotShown() {
        line.report(Task.DIGEST, 0, 60 * MIB);
        afterMillis(499);
        line.report(Task.DIGEST, 60 * MIB, 60 * MIB);
        line.clear();
        afterMillis(1000);
        line.report(Task.DIGEST, 0, 60 * MIB);
        afterMillis(499);
        line.close();
        assertThat(terminal.toString()).isEmpty();
    }

    @Test
    void theLineIsWrittenAnewAndClearedInTheEnd() {
        line.report(Task.DECOMPRESS, 3 * MIB, 300 * MIB);
        afterMillis(500);
        assertThat(screen()).isEqualTo("kexec: decompressing the kernel: 3 of 300 MiB (1 %)");
        line.report(Task.DIGEST, 256 * MIB, 1024 * MIB);
        assertThat(screen()).contains("decompressing");
        afterMillis(1);
        assertThat(screen()).isEqualTo("kexec: computing digests: 256 of 1024 MiB (25 %)");
        line.loading(1024 * MIB);
        afterMillis(100);
        assertThat(screen()).isEqualTo("kexec: loading 1024 MiB");
        line.clear();
        assertThat(screen()).isEmpty();
        assertThat(terminal.toString()).doesNotContain("\n").endsWith("\r");
    }

    @Test
    void aLineThatIsClosedStaysEmpty() {
        line.report(Task.DIGEST, 0, 0);
        afterMillis(500);
        assertThat(screen()).isEqualTo("kexec: computing digests: 0 of 0 MiB (100 %)");
        line.close();
        line.report(Task.DIGEST, 1, 2);
        afterMillis(5000);
        assertThat(screen()).isEmpty();
    }

    @Test
    void aLineThatIsClosedDoesNotEvenLookAtTheClock() {
        ProgressLine closed = new ProgressLine(new PrintWriter(terminal), () -> {
            throw new AssertionError("the clock");
        });
        closed.close();
        closed.report(Task.DIGEST, 1, 2);
        assertThat(terminal.toString()).isEmpty();
    }

    @Test
    void aTerminalIsUpdatedWithoutBeingAsked() throws InterruptedException {
        StringWriter text = new StringWriter();
        try (ProgressLine live = ProgressLine.on(new PrintWriter(text))) {
            live.loading(MIB);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!text.toString().contains("loading 1 MiB") && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
        }
        assertThat(text.toString()).startsWith("\rkexec: loading 1 MiB").endsWith(" \r");
    }

    @Test
    void withoutATerminalNothingIsShown() {
        try (ProgressLine none = ProgressLine.none(new PrintWriter(terminal))) {
            none.loading(MIB);
            none.tick();
        }
        assertThat(terminal.toString()).isEmpty();
    }
}

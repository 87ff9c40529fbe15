package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A system call that takes long, on a terminal and elsewhere. */
class KexecProgressTest extends CommandOnAMachine {
    @ParameterizedTest
    @CsvSource({"-c, note: it was loaded", "-s, note: it was loaded"})
    void aTerminalShowsThatItIsLoadingAndThenTheRest(String call, String note) {
        system.terminal = true;
        system.slowness = Duration.ofSeconds(30);
        assertThat(kexec(call, "-l", KERNEL)).isZero();
        assertThat(err.toString())
                .matches("\\rkexec: loading 0 MiB(\\rkexec: loading 0 MiB)*\\r +\\rkexec: " + note + "\n");
    }

    @Test
    void nothingIsShownElsewhereOrIfItIsNotWanted() {
        system.slowness = Duration.ofMillis(900);
        assertThat(kexec("-c", "-l", KERNEL)).isZero();
        system.terminal = true;
        assertThat(kexec("-c", "-q", "-l", KERNEL)).isZero();
        assertThat(err.toString()).isEqualTo("kexec: note: it was loaded\n".repeat(2));
    }
}

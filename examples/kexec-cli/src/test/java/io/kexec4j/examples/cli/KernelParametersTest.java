package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOT_IMAGE=/vmlinuz root=/dev/sda ro | root=/dev/sda ro",
                "root=/dev/sda BOOT_IMAGE=/vmlinuz    | root=/dev/sda",
                "a BOOT_IMAGE b                       | a b",
                // kexec-tools stops at the first match that is no word of its own, and misses the real one behind it
                "xBOOT_IMAGE=1 BOOT_IMAGE=2 BOOT_IMAGEX=3 | xBOOT_IMAGE=1 BOOT_IMAGEX=3",
                // ... and cuts a quoted value at its first blank
                "BOOT_IMAGE=\"a b\" dyndbg=\"file x +p\" | dyndbg=\"file x +p\"",
            })
    void aParameterIsTakenOutAsAWord(String commandLine, String rest) {
        assertThat(KernelParameters.without(commandLine, "BOOT_IMAGE")).isEqualTo(rest);
    }
}

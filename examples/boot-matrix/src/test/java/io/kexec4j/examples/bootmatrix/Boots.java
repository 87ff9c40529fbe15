package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

/** What the consoles of boots have to say. */
final class Boots {
    private Boots() {}

    /** The first guest has loaded the second kernel. */
    static void assertLoaded(Console console) {
        console.get("^@load-status 0$");
        console.get("^@kexec-loaded 1$");
    }

    /** The second kernel has come to its init, and was handed a command line. */
    static void assertStarted(Console console, String release, String commandLine) {
        assertThat(console.get("^SECOND-KERNEL-OK (.*)$").group(1)).isEqualTo(release);
        assertThat(console.get("^CMDLINE \\[(.*)]$").group(1)).isEqualTo(commandLine);
    }
}

package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What loads crash kernels in a guest. */
enum Loader {
    /** Debian's, in whose place ours wants to be. */
    KEXEC_TOOLS("kexec-tools", "/sbin/kexec ") {
        @Override
        void addTo(KexecScenario scenario, Root root) throws IOException {
            scenario.firstProgram(PLACE, root.program("kexec"));
        }

        @Override
        void install(KexecScenario scenario, Root root) throws IOException {
            addTo(scenario, root);
        }
    },
    /** Ours, which is in every first guest. */
    KEXEC_JAR("kexec.jar", KexecScenario.KEXEC) {
        @Override
        void addTo(KexecScenario scenario, Root root) {}

        @Override
        void install(KexecScenario scenario, Root root) throws IOException {
            Path script = Path.of("target", "kexec.sh");
            Files.writeString(script, "#!/bin/sh\nPATH=$PATH:/jre/bin\nexec %s\"$@\"\n".formatted(KexecScenario.KEXEC));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            scenario.firstFile(PLACE, script);
        }
    };

    /** Where Debian has the command. */
    private static final String PLACE = "sbin/kexec";

    private final String title;
    private final String command;

    Loader(String title, String command) {
        this.title = title;
        this.command = command;
    }

    /** What a command for the first guest begins with that runs it. */
    String command() {
        return command;
    }

    /** Puts it into the first guest, beside others. */
    abstract void addTo(KexecScenario scenario, Root root) throws IOException;

    /** Puts it into the first guest as {@code /sbin/kexec}, for programs that know no other. */
    abstract void install(KexecScenario scenario, Root root) throws IOException;

    /** As it is called in the table. */
    @Override
    public String toString() {
        return title;
    }
}

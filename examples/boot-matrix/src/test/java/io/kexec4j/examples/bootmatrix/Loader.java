package io.kexec4j.examples.bootmatrix;

import java.io.IOException;

/** What loads crash kernels in a guest. */
enum Loader {
    /** Debian's, in whose place ours wants to be. */
    KEXEC_TOOLS("kexec-tools", "/sbin/kexec ") {
        @Override
        void addTo(KexecScenario scenario, Root root) throws IOException {
            scenario.firstProgram("sbin/kexec", root.program("kexec"));
        }
    },
    /** Ours, which is in every first guest. */
    KEXEC_JAR("kexec.jar", KexecScenario.KEXEC) {
        @Override
        void addTo(KexecScenario scenario, Root root) {}
    };

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

    /** Puts it into the first guest. */
    abstract void addTo(KexecScenario scenario, Root root) throws IOException;

    /** As it is called in the table. */
    @Override
    public String toString() {
        return title;
    }
}

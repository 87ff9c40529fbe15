package io.kexec4j.architectures;

import io.kexec4j.boot.BootArchitecture;
import io.kexec4j.boot.arm64.Arm64Architecture;
import io.kexec4j.boot.ppc64.Ppc64Architecture;
import io.kexec4j.boot.x86.X86Architecture;
import io.kexec4j.image.Architecture;
import java.util.List;

/** Every architecture for which images can be built. A new one is added here, and nowhere else in shared code. */
public final class BootArchitectures {
    private static final List<BootArchitecture> ALL = List.of(
            new X86Architecture(),
            new Arm64Architecture(),
            new Ppc64Architecture(Architecture.PPC64LE),
            new Ppc64Architecture(Architecture.PPC64));

    private BootArchitectures() {}

    /**
     * {@return all of them}
     */
    public static List<BootArchitecture> all() {
        return ALL;
    }

    /**
     * {@return what belongs to an architecture}
     *
     * @param architecture any
     */
    public static BootArchitecture of(Architecture architecture) {
        return ALL.stream()
                .filter(candidate -> candidate.architecture() == architecture)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no boot protocol for " + architecture));
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootArchitecture;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.image.Architecture;
import java.util.List;

/** x86 with 64 bits, and the 32-bit kernels that its processors run as well. */
public final class X86Architecture implements BootArchitecture {
    /** Creates the architecture, which has no state. */
    public X86Architecture() {}

    @Override
    public Architecture architecture() {
        return Architecture.X86_64;
    }

    @Override
    public List<BootProtocol> protocols() {
        return List.of(
                new Linux64Protocol(),
                new Linux32Protocol(),
                new LinuxRealModeProtocol(),
                new ElfProtocol(),
                new MultibootProtocol());
    }

    @Override
    public List<SegmentDecoder> decoders() {
        return List.of(new BootParamsDecoder());
    }
}

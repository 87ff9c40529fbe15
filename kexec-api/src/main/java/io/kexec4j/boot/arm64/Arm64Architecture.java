package io.kexec4j.boot.arm64;

import io.kexec4j.boot.BootArchitecture;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.image.Architecture;
import java.util.List;

/** Arm with 64 bits. */
public final class Arm64Architecture implements BootArchitecture {
    /** Creates the architecture, which has no state. */
    public Arm64Architecture() {}

    @Override
    public Architecture architecture() {
        return Architecture.AARCH64;
    }

    @Override
    public List<BootProtocol> protocols() {
        return List.of(new Arm64Protocol());
    }

    @Override
    public List<SegmentDecoder> decoders() {
        return List.of();
    }
}

package io.kexec4j.boot;

import io.kexec4j.image.Architecture;
import java.util.List;

/** All that images for one architecture need besides what every architecture shares. Implementations have no state. */
public interface BootArchitecture {
    /**
     * {@return which it is}
     */
    Architecture architecture();

    /**
     * {@return every way to start a kernel on it; the first that {@linkplain BootProtocol#starts starts} one is taken}
     */
    List<BootProtocol> protocols();

    /**
     * {@return what can read the segments that only this architecture has}
     */
    List<SegmentDecoder> decoders();
}

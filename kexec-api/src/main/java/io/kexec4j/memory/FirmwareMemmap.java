package io.kexec4j.memory;

/** Comes next. */
public final class FirmwareMemmap {
    private FirmwareMemmap() {}
}

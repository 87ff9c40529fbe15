package io.kexec4j.memory;

/** Comes next. */
public final class MemoryHoles {
    private MemoryHoles() {}
}

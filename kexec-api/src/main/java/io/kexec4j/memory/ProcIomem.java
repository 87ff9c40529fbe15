package io.kexec4j.memory;

/** Comes next. */
public final class ProcIomem {
    private ProcIomem() {}
}

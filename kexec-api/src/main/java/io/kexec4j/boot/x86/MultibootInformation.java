package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a kernel is told by Multiboot. Its size is known before anything has a place. */
interface MultibootInformation {
    /** The name that the kernel is told of its boot loader. */
    String LOADER = "kexec4j";

    /** The size of the segment in bytes. */
    long size();

    /**
     * The content of the segment.
     *
     * @param address where it will lie
     * @param modules the modules in their places, with the arguments that {@link #size} was computed for
     */
    Content at(long address, List<MultibootModule> modules);

    /** A text with the NUL at its end. */
    static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }
}

package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.io.IOException;

/** A kernel that has been read: what kind it is, and what its headers say. Nothing about where it will lie. */
public sealed interface KernelFile permits BzImage, ElfKernel {
    /**
     * Reads a kernel.
     *
     * @param file its bytes
     * @return the kernel
     * @throws io.kexec4j.error.MalformedInputException if it is none that can be started; the message says what it is instead
     * @throws IOException if the file has shrunk
     */
    static KernelFile parse(Content file) throws IOException {
        return KernelFiles.identify(file).format() == KernelFormat.ELF ? ElfKernel.parse(file) : BzImage.parse(file);
    }

    /**
     * {@return the file as a kernel reads it that loads it by itself (kexec_file_load): without what it was wrapped in}
     */
    Content content();
}

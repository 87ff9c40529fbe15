package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import java.io.IOException;

/** A kernel that has been read: what kind it is, and what its headers say. Nothing about where it will lie. */
public sealed interface KernelFile permits Arm64Image, BzImage, ElfKernel, MultibootKernel, Uki {
    /**
     * Reads a kernel, with the limits of {@link Decompression#DEFAULT}.
     *
     * @param file its bytes
     * @return the kernel
     * @throws io.kexec4j.error.MalformedInputException if it is none that can be started; the message says what it is instead
     * @throws io.kexec4j.error.UnsupportedCombinationException if it is compressed, and the library for it is not there
     * @throws IOException if the file has shrunk
     */
    static KernelFile parse(Content file) throws IOException {
        return parse(file, Decompression.DEFAULT);
    }

    /**
     * Reads a kernel. If the whole file is a compressed stream, which may hold another one, or an EFI zboot image, reads the kernel
     * inside; the message of an error then says so. A bzImage, whose payload is compressed, is not decompressed.
     *
     * @param file its bytes; they must not change while the result is in use
     * @param limits how much each decompression may take
     * @return the kernel: an ELF file with a multiboot header is a {@link MultibootKernel}, any other an {@link ElfKernel}
     * @throws io.kexec4j.error.MalformedInputException if it is none that can be started; the message says what it is instead
     * @throws io.kexec4j.error.UnsupportedCombinationException if it is compressed, and the library for it is not there
     * @throws IOException if the file has shrunk
     */
    static KernelFile parse(Content file, Decompression limits) throws IOException {
        return parse(file, limits, Progress.NONE);
    }

    /**
     * Reads a kernel as {@link #parse(Content, Decompression)} does, and tells how far that has come.
     *
     * @param file its bytes; they must not change while the result is in use
     * @param limits how much each decompression may take
     * @param progress hears how much of a compressed stream is done
     * @return the kernel
     * @throws io.kexec4j.error.MalformedInputException if it is none that can be started; the message says what it is instead
     * @throws io.kexec4j.error.UnsupportedCombinationException if it is compressed, and the library for it is not there
     * @throws IOException if the file has shrunk
     */
    static KernelFile parse(Content file, Decompression limits, Progress progress) throws IOException {
        return Unwrapping.file(limits, progress).parse(file);
    }

    /**
     * {@return the file as a kernel reads it that loads it by itself (kexec_file_load): without what it was wrapped in}
     */
    Content content();
}

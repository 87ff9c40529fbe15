package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.KernelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel of examples/quickstart, as it is or with some fields of its header changed. */
final class TinyKernel {
    static final int CMDLINE_SIZE = 0x238;
    static final int RELOCATABLE = 0x234;
    static final int XLOADFLAGS = 0x236;
    static final int INITRD_ADDR_MAX = 0x22c;
    static final int INIT_SIZE = 0x260;
    static final int PREF_ADDRESS = 0x258;

    private static final Path FILE =
            Path.of("../examples/quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage");

    private final ByteBuffer bytes;

    private TinyKernel(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static TinyKernel read() throws IOException {
        return new TinyKernel(Files.readAllBytes(FILE));
    }

    TinyKernel putByte(int offset, int value) {
        bytes.put(offset, (byte) value);
        return this;
    }

    TinyKernel putShort(int offset, int value) {
        bytes.putShort(offset, (short) value);
        return this;
    }

    TinyKernel putInt(int offset, int value) {
        bytes.putInt(offset, value);
        return this;
    }

    TinyKernel putLong(int offset, long value) {
        bytes.putLong(offset, value);
        return this;
    }

    byte[] array() {
        return bytes.array();
    }

    KernelFile kernel() throws IOException {
        return KernelFile.parse(Content.of(bytes.array()));
    }
}

package io.kexec4j.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.kexec4j.bytes.Content;
import io.kexec4j.linux.Kexec.Kernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file descriptor for kexec_file_load, until it is closed. The kernel wants a regular file that nobody has open for writing.
 * Content that is a whole file is opened where it lies: attributes such as an IMA signature belong to the file, not to its
 * bytes. Anything else is put into a file in memory, which is sealed, so that what the kernel checks is what it starts.
 */
final class OpenFile implements AutoCloseable {
    // From include/uapi/linux/memfd.h.
    static final int MFD_CLOEXEC = 0x1;
    static final int MFD_ALLOW_SEALING = 0x2;
    /** Linux 6.3; before, EINVAL. Without it newer kernels warn, or refuse (vm.memfd_noexec=2). The file is never executed. */
    static final int MFD_NOEXEC_SEAL = 0x8;

    /** {@code F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE} (include/uapi/linux/fcntl.h). */
    static final int SEALS = 0x1 | 0x2 | 0x4 | 0x8;

    /** For bytes in the Java heap, which have no address. */
    private static final int CHUNK = 1 << 16;

    private static final int HEXADECIMAL = 16;

    private final int number;
    private final Kernel kernel;

    private OpenFile(int number, Kernel kernel) {
        this.number = number;
        this.kernel = kernel;
    }

    /**
     * Opens content.
     *
     * @param content what the kernel shall read
     * @param name what it is, for messages and /proc
     * @throws IOException if it cannot be read, or there is no memory for it
     */
    static OpenFile of(Content content, String name, Kernel kernel) throws IOException {
        content.verifyNotShrunk();
        Optional<Path> file = content.wholeFile();
        return file.isPresent() ? open(file.get(), content, kernel) : inMemory(content, name, kernel);
    }

    private static OpenFile open(Path path, Content content, Kernel kernel) throws IOException {
        int number = kernel.syscalls().open(bytesOf(path));
        if (number < 0) {
            throw new FileSystemException(
                    path.toString(), null, "cannot be opened: " + Errno.label(-number, kernel.abi()));
        }
        OpenFile file = new OpenFile(number, kernel);
        boolean complete = false;
        try {
            // What has a name may have been replaced since it was mapped, and once more since it was opened.
            content.verifyStillAt(kernel.syscalls().opened(number));
            complete = true;
            return file;
        } finally {
            if (!complete) {
                file.close();
            }
        }
    }

    /** The path as the kernel knows it, whatever the encoding of this JVM: a URI has each byte that is not ASCII as it is. */
    static byte[] bytesOf(Path path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String raw = path.toUri().getRawPath();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, HEXADECIMAL));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    private static OpenFile inMemory(Content content, String name, Kernel kernel) throws IOException {
        OpenFile file = new OpenFile(create(name, kernel), kernel);
        boolean complete = false;
        try {
            file.fill(content, name);
            int errno = kernel.syscalls().seal(file.number, SEALS);
            if (errno != 0) {
                throw new IOException(
                        "the %s in memory cannot be sealed: %s".formatted(name, Errno.label(errno, kernel.abi())));
            }
            complete = true;
            return file;
        } finally {
            if (!complete) {
                file.close();
            }
        }
    }

    private static int create(String name, Kernel kernel) throws IOException {
        int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
        int number = kernel.syscalls().createMemoryFile("kexec-" + name, flags | MFD_NOEXEC_SEAL);
        if (number == -Errno.EINVAL.number(kernel.abi())) {
            number = kernel.syscalls().createMemoryFile("kexec-" + name, flags);
        }
        if (number < 0) {
            throw new IOException("no file in memory can be made for the %s (memfd_create): %s"
                    .formatted(name, Errno.label(-number, kernel.abi())));
        }
        return number;
    }

    private void fill(Content content, String name) throws IOException {
        for (ByteBuffer slice : content.slices()) {
            ByteBuffer rest = slice.slice();
            if (rest.isDirect()) {
                try {
                    write(Native.getDirectBufferPointer(rest), rest.remaining(), content, name);
                } finally {
                    Reference.reachabilityFence(rest);
                }
            } else {
                writeInChunks(rest, content, name);
            }
        }
    }

    private void writeInChunks(ByteBuffer rest, Content content, String name) throws IOException {
        try (Memory chunk = new Memory(CHUNK)) {
            while (rest.hasRemaining()) {
                int length = Math.min(CHUNK, rest.remaining());
                chunk.getByteBuffer(0, length).put(rest.slice().limit(length));
                write(chunk, length, content, name);
                rest.position(rest.position() + length);
            }
        }
    }

    /** A write may stop early: at 2 GiB less a page, and after a signal. */
    private void write(Pointer bytes, long length, Content content, String name) throws IOException {
        long done = 0;
        while (done < length) {
            long result = kernel.syscalls().write(number, bytes.share(done), length - done);
            if (result > 0) {
                done += result;
            } else if (result != -Errno.EINTR.number(kernel.abi())) {
                content.verifyNotShrunk(); // EFAULT, if the bytes are those of a mapped file
                throw new IOException("the %s of %d bytes cannot be put into memory: %s"
                        .formatted(
                                name,
                                content.size(),
                                result == 0 ? "nothing was written" : Errno.label((int) -result, kernel.abi())));
            }
        }
    }

    /** The file descriptor. */
    int number() {
        return number;
    }

    @Override
    public void close() {
        kernel.syscalls().close(number);
    }
}

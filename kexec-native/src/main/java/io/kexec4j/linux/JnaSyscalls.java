package io.kexec4j.linux;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The calls, made with the {@code syscall} function of the C library that the JVM runs on, or its own where it has one. */
final class JnaSyscalls implements Syscalls {
    private static final int LINUX_REBOOT_MAGIC1 = 0xfee1dead;
    private static final int LINUX_REBOOT_MAGIC2 = 0x28121969;
    private static final int F_ADD_SEALS = 1033;
    private static final int O_WRONLY = 1;

    private final LinuxAbi abi;
    private final CLibrary c;

    /** Any libc has these; it has no function of its own for kexec_load and kexec_file_load. */
    @SuppressWarnings("checkstyle:MethodName")
    interface CLibrary extends Library {
        /** Declared variadic because it is: on some architectures such calls pass their arguments differently. */
        NativeLong syscall(NativeLong number, @Nullable Object... arguments);

        /** Variadic, as syscall. */
        int open(byte[] path, int flags, Object... mode);

        /** Variadic, as syscall; what follows is a whole register, of which kernels refuse an upper half that is not zero. */
        int fcntl(int file, int command, Object... arguments);

        int memfd_create(String name, int flags);

        NativeLong write(int file, Pointer bytes, NativeLong count);

        int close(int file);

        void sync();
    }

    /**
     * Finds the functions in the running process.
     *
     * @throws LinkageError if JNA has no native part for this platform
     */
    JnaSyscalls(LinuxAbi abi) {
        this.abi = abi;
        this.c = Native.load(CLibrary.class);
    }

    @Override
    public int kexecLoad(long entry, int count, @Nullable Pointer segments, long flags) {
        return errno(c.syscall(word(abi.kexecLoad()), word(entry), word(count), segments, word(flags)));
    }

    @Override
    public int kexecFileLoad(int kernel, int initrd, long length, @Nullable Pointer commandLine, long flags) {
        return errno(c.syscall(
                word(abi.kexecFileLoad().orElseThrow()),
                word(kernel),
                word(initrd),
                word(length),
                commandLine,
                word(flags)));
    }

    @Override
    public int open(byte[] path) {
        return (int) orError(c.open(path, abi.openReadOnly()));
    }

    @Override
    public int openForWriting(byte[] path) {
        return (int) orError(c.open(path, abi.openReadOnly() | O_WRONLY));
    }

    @Override
    public Path opened(int file) {
        return Path.of("/proc/self/fd/" + file);
    }

    @Override
    public int createMemoryFile(String name, int flags) {
        try {
            return (int) orError(c.memfd_create(name, flags));
        } catch (UnsatisfiedLinkError e) {
            return -Errno.ENOSYS.number(abi); // glibc before 2.27
        }
    }

    @Override
    public long write(int file, Pointer bytes, long count) {
        return orError(c.write(file, bytes, word(count)).longValue());
    }

    @Override
    public int seal(int file, int seals) {
        return (int) -orError(c.fcntl(file, F_ADD_SEALS, word(seals)));
    }

    @Override
    public void close(int file) {
        c.close(file);
    }

    @Override
    public int reboot(int command) {
        return errno(c.syscall(
                word(abi.reboot()), word(LINUX_REBOOT_MAGIC1), word(LINUX_REBOOT_MAGIC2), word(command), Pointer.NULL));
    }

    @Override
    public void sync() {
        c.sync();
    }

    /** Only a result of -1 says that the error number means something. */
    private static int errno(NativeLong result) {
        return result.longValue() == -1 ? Native.getLastError() : 0;
    }

    private static long orError(long result) {
        return result == -1 ? -Native.getLastError() : result;
    }

    /** A whole register: with 32 bits, an address in the upper half becomes a negative number of the same bits. */
    private static NativeLong word(long value) {
        return new NativeLong(Native.LONG_SIZE == Integer.BYTES ? (int) value : value);
    }
}

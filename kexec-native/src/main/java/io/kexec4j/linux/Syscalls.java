package io.kexec4j.linux;

import com.sun.jna.Pointer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The few calls that this module makes to the kernel. Where nothing else is said: 0, or the error number if it refused. */
interface Syscalls {
    /**
     * Calls kexec_load(2).
     *
     * @param entry physical address at which execution begins
     * @param count number of segments
     * @param segments an array of {@code struct kexec_segment}; null if there is none
     * @param flags {@code KEXEC_*} and {@code KEXEC_ARCH_*}
     */
    int kexecLoad(long entry, int count, @Nullable Pointer segments, long flags);

    /**
     * Calls kexec_file_load(2), on an architecture that has a number for it.
     *
     * @param kernel file descriptor of the kernel
     * @param initrd file descriptor of the initrd
     * @param length bytes of the command line, with the NUL at its end
     * @param commandLine the command line; null if there is none
     * @param flags {@code KEXEC_FILE_*}
     */
    int kexecFileLoad(int kernel, int initrd, long length, @Nullable Pointer commandLine, long flags);

    /**
     * Calls open(2), for reading.
     *
     * @param path the path with a NUL at its end
     * @return a file descriptor, or the negative of the error number
     */
    int open(byte[] path);

    /**
     * Calls open(2), for writing to a file that is there.
     *
     * @param path the path with a NUL at its end
     * @return a file descriptor, or the negative of the error number
     */
    int openForWriting(byte[] path);

    /**
     * A path for what was opened, whatever its name stands for by now. Calls nothing.
     *
     * @param file a file descriptor
     */
    Path opened(int file);

    /**
     * Calls memfd_create(2).
     *
     * @param name what shows up in /proc
     * @param flags {@code MFD_*}
     * @return a file descriptor, or the negative of the error number
     */
    int createMemoryFile(String name, int flags);

    /**
     * Calls write(2).
     *
     * @return how many bytes were written, or the negative of the error number
     */
    long write(int file, Pointer bytes, long count);

    /**
     * Calls fcntl(2) with {@code F_ADD_SEALS}.
     *
     * @param seals {@code F_SEAL_*}
     */
    int seal(int file, int seals);

    /** Calls close(2). What it says about a file that was only read, or is only in memory, is of no use. */
    void close(int file);

    /**
     * Calls reboot(2) with the magic numbers. If it works it does not return.
     *
     * @param command {@code LINUX_REBOOT_CMD_*}
     */
    int reboot(int command);

    /** Calls sync(2), which cannot fail. */
    void sync();
}

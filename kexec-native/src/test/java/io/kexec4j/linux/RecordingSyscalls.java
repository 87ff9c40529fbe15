package io.kexec4j.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Pointer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes down what it is called with, reading everything through the pointers as the kernel would, and answers at will. */
final class RecordingSyscalls implements Syscalls {
    private static final int ENTRY_BYTES = 32;
    private static final int SAMPLE = 4096;
    private static final int EBADF = 9;
    private static final int EINVAL = 22;

    /** A {@code struct kexec_segment}, with the first page at most of what it points to. */
    record Seen(long buf, long bufsz, long mem, long memsz, String content) {}

    /** A call of kexec_load, with the bytes of its table. */
    record Load(long entry, int count, long flags, ByteBuffer table, List<Seen> segments) {}

    /** A call of kexec_file_load, with the files as they are then; the command line with its NUL. */
    record FileLoad(Optional<Opened> kernel, Optional<Opened> initrd, String commandLine, long flags) {}

    /** What a file descriptor stands for: a path, or what was written, with the flags it was made with and its seals. */
    static final class Opened {
        final String name;
        final int flags;
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        int seals;

        Opened(String name, int flags) {
            this.name = name;
            this.flags = flags;
        }
    }

    final List<Load> loads = new ArrayList<>();
    final List<FileLoad> fileLoads = new ArrayList<>();
    final List<String> others = new ArrayList<>();
    final Map<Integer, Opened> open = new TreeMap<>();
    final List<Integer> closed = new ArrayList<>();
    /** What was written to files, behind their names. */
    final List<String> written = new ArrayList<>();
    /** How much each write asked for. */
    final List<Long> writes = new ArrayList<>();

    int answer;
    /** What the kernel knows of {@code KEXEC_*}; a call with another flag is refused with EINVAL. */
    long loadFlags = -1;
    /** What happens to the world during a load. */
    Runnable duringLoad = () -> {};

    int fileAnswer;
    int openAnswer;
    int memoryFileAnswer;
    int sealAnswer;
    /** What the kernel knows of {@code MFD_*}. */
    int memoryFileFlags = -1;
    /** What the next writes give; after that, all that is asked for. */
    final Deque<Long> writeAnswers = new ArrayDeque<>();

    /** Where what was opened lies, if not by its name. */
    final Map<Integer, Path> places = new TreeMap<>();

    /** What happens to the world during a write. */
    Runnable duringWrite = () -> {};

    private int next = 3;

    @Override
    public int kexecLoad(long entry, int count, @Nullable Pointer segments, long flags) {
        List<Seen> seen = new ArrayList<>();
        byte[] table = segments == null ? new byte[0] : segments.getByteArray(0, count * ENTRY_BYTES);
        for (int i = 0; segments != null && i < count; i++) {
            long at = (long) i * ENTRY_BYTES;
            long buf = segments.getLong(at);
            long bufsz = segments.getLong(at + 8);
            byte[] content = buf == 0 ? new byte[0] : new Pointer(buf).getByteArray(0, (int) Math.min(bufsz, SAMPLE));
            seen.add(new Seen(
                    buf, bufsz, segments.getLong(at + 16), segments.getLong(at + 24), new String(content, US_ASCII)));
        }
        loads.add(new Load(entry, count, flags, ByteBuffer.wrap(table), seen));
        others.add("kexec_load");
        if ((flags & 0xffff & ~loadFlags) != 0) {
            return EINVAL;
        }
        duringLoad.run();
        return answer;
    }

    @Override
    public int kexecFileLoad(int kernel, int initrd, long length, @Nullable Pointer commandLine, long flags) {
        byte[] text = commandLine == null ? new byte[0] : commandLine.getByteArray(0, (int) length);
        fileLoads.add(new FileLoad(
                Optional.ofNullable(open.get(kernel)),
                Optional.ofNullable(open.get(initrd)),
                new String(text, UTF_8),
                flags));
        others.add("kexec_file_load");
        duringLoad.run();
        return fileAnswer;
    }

    @Override
    public int open(byte[] path) {
        if (openAnswer != 0) {
            return -openAnswer;
        }
        if (path[path.length - 1] != 0) {
            throw new AssertionError("no NUL at the end: " + Arrays.toString(path));
        }
        return add(new Opened(new String(path, 0, path.length - 1, UTF_8), 0));
    }

    @Override
    public int openForWriting(byte[] path) {
        return open(path);
    }

    @Override
    public Path opened(int file) {
        return places.getOrDefault(file, Path.of(Objects.requireNonNull(open.get(file)).name));
    }

    @Override
    public int createMemoryFile(String name, int flags) {
        if (memoryFileAnswer != 0) {
            return -memoryFileAnswer;
        }
        return (flags & ~memoryFileFlags) != 0 ? -EINVAL : add(new Opened(name, flags));
    }

    private int add(Opened file) {
        open.put(next, file);
        return next++;
    }

    @Override
    public long write(int file, Pointer bytes, long count) {
        writes.add(count);
        duringWrite.run();
        Opened opened = open.get(file);
        if (opened == null || opened.seals != 0) {
            return -EBADF;
        }
        Long scripted = writeAnswers.poll();
        long done = scripted == null ? count : Math.min(scripted, count);
        if (done > 0) {
            opened.written.writeBytes(bytes.getByteArray(0, (int) done));
            written.add(opened.name + " " + new String(bytes.getByteArray(0, (int) Math.min(done, SAMPLE)), US_ASCII));
        }
        return done;
    }

    @Override
    public int seal(int file, int seals) {
        if (sealAnswer == 0) {
            Objects.requireNonNull(open.get(file)).seals = seals;
        }
        return sealAnswer;
    }

    @Override
    public void close(int file) {
        if (open.remove(file) == null) {
            throw new AssertionError("closed twice: " + file);
        }
        closed.add(file);
    }

    @Override
    public int reboot(int command) {
        others.add("reboot 0x%x".formatted(command));
        return answer;
    }

    @Override
    public void sync() {
        others.add("sync");
    }
}

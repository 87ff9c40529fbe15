package io.kexec4j.examples.bootmatrix;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * An initial file system, written as a newc cpio archive (Linux, Documentation/driver-api/early-userspace/
 * buffer-format.rst). Paths are relative to its root and parents come by themselves. The same entries give the same
 * archive: sorted, owned by root, without times.
 */
final class Initramfs {
    private final Map<String, Entry> entries = new TreeMap<>();

    /** Begins with what an init needs before it has mounted anything: {@code /dev/console} and {@code /dev/null}. */
    Initramfs() {
        add("dev/console", new Device(0600, 5, 1));
        add("dev/null", new Device(0666, 1, 3));
    }

    Initramfs directory(String path) {
        return add(path, new Directory());
    }

    Initramfs file(String path, Path source) {
        return add(path, new Copy(Files.isExecutable(source) ? 0755 : 0644, source));
    }

    Initramfs executable(String path, String content) {
        return add(path, new Text(0755, content));
    }

    Initramfs symlink(String path, String target) {
        return add(path, new Symlink(target));
    }

    /** A program of a root directory, or one for it, and every shared library that it needs. */
    Initramfs program(String path, Path source, Root root) throws IOException {
        return file(path, source).libraries(List.of(source), root);
    }

    /** The shared libraries that programs need, at the paths that they have in a root directory. */
    Initramfs libraries(Collection<Path> programs, Root root) throws IOException {
        SharedLibraries.of(programs, root).forEach(library -> file(root.inGuest(library), library));
        return this;
    }

    /** A folder with all that is below it. Symbolic links in it are followed. */
    Initramfs tree(String path, Path source) throws IOException {
        List<Path> below;
        try (Stream<Path> walk = Files.walk(source)) {
            below = walk.filter(Files::isRegularFile).toList();
        }
        directory(path);
        below.forEach(file -> file(path + "/" + source.relativize(file), file));
        return this;
    }

    void write(Path archive) throws IOException {
        try (OutputStream out = Files.newOutputStream(archive)) {
            write(out);
        }
    }

    void writeGzipped(Path archive) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            write(out);
        }
    }

    private void write(OutputStream out) throws IOException {
        try (CpioArchiveOutputStream cpio =
                new CpioArchiveOutputStream(new BufferedOutputStream(out, 1 << 16), CpioConstants.FORMAT_NEW)) {
            for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                CpioArchiveEntry header = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, entry.getKey());
                header.setMode(entry.getValue().mode());
                entry.getValue().write(header, cpio);
                cpio.closeArchiveEntry();
            }
        }
    }

    private Initramfs add(String path, Entry entry) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            entries.putIfAbsent(path.substring(0, slash), new Directory());
        }
        entries.put(path, entry);
        return this;
    }

    /** What is at a path; {@link #mode} is that of stat(2), with the kind of the entry in it. */
    private sealed interface Entry {
        long mode();

        default void write(CpioArchiveEntry header, CpioArchiveOutputStream cpio) throws IOException {
            cpio.putArchiveEntry(header);
        }
    }

    private record Directory() implements Entry {
        @Override
        public long mode() {
            return CpioConstants.C_ISDIR | 0755;
        }
    }

    private record Device(int permissions, int major, int minor) implements Entry {
        @Override
        public long mode() {
            return CpioConstants.C_ISCHR | permissions;
        }

        @Override
        public void write(CpioArchiveEntry header, CpioArchiveOutputStream cpio) throws IOException {
            header.setRemoteDeviceMaj(major);
            header.setRemoteDeviceMin(minor);
            cpio.putArchiveEntry(header);
        }
    }

    private record Symlink(String target) implements Entry {
        @Override
        public long mode() {
            return CpioConstants.C_ISLNK | 0777;
        }

        @Override
        public void write(CpioArchiveEntry header, CpioArchiveOutputStream cpio) throws IOException {
            putText(target, header, cpio);
        }
    }

    private record Text(int permissions, String content) implements Entry {
        @Override
        public long mode() {
            return CpioConstants.C_ISREG | permissions;
        }

        @Override
        public void write(CpioArchiveEntry header, CpioArchiveOutputStream cpio) throws IOException {
            putText(content, header, cpio);
        }
    }

    private record Copy(int permissions, Path source) implements Entry {
        @Override
        public long mode() {
            return CpioConstants.C_ISREG | permissions;
        }

        @Override
        public void write(CpioArchiveEntry header, CpioArchiveOutputStream cpio) throws IOException {
            header.setSize(Files.size(source));
            cpio.putArchiveEntry(header);
            Files.copy(source, cpio);
        }
    }

    private static void putText(String text, CpioArchiveEntry header, CpioArchiveOutputStream cpio) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header.setSize(bytes.length);
        cpio.putArchiveEntry(header);
        cpio.write(bytes);
    }
}

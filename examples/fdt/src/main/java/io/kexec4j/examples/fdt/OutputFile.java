package io.kexec4j.examples.fdt;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written beside its place and moved there when it is whole: until then, what was there stays. What is no
 * regular file, such as a device or a pipe, is written at once.
 */
final class OutputFile implements Closeable {
    private final Path target;
    private final Path written;
    private final WritableByteChannel channel;
    private boolean finished;

    private OutputFile(Path target, Path written, WritableByteChannel channel) {
        this.target = target;
        this.written = written;
        this.channel = channel;
    }

    static OutputFile open(String name) throws IOException {
        Path given = Path.of(name);
        boolean exists = Files.exists(given);
        if ((exists && !Files.isRegularFile(given)) || (!exists && Files.isSymbolicLink(given))) {
            return direct(given);
        }
        Path target = exists ? given.toRealPath() : given;
        if (exists && !Files.isWritable(target)) {
            throw new AccessDeniedException(name);
        }
        Path sibling = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        try {
            OutputFile file = new OutputFile(
                    target,
                    sibling,
                    Files.newByteChannel(sibling, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            if (exists) {
                Files.setPosixFilePermissions(sibling, Files.getPosixFilePermissions(target));
            }
            return file;
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(name);
        } catch (AccessDeniedException | FileAlreadyExistsException e) {
            // There is no place beside it.
            return direct(target);
        }
    }

    private static OutputFile direct(Path target) throws IOException {
        return new OutputFile(
                target,
                target,
                Files.newByteChannel(
                        target,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING));
    }

    WritableByteChannel channel() {
        return channel;
    }

    /** Puts the file where it belongs, now that all is in it. */
    void finish() throws IOException {
        channel.close();
        if (!written.equals(target)) {
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        finished = true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!finished && !written.equals(target)) {
            Files.deleteIfExists(written);
        }
    }
}

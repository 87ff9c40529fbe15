package io.kexec4j.container;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that did not exist before, and will not exist after unless it is kept. An existing file is never overwritten: the
 * image that is being written might refer to it.
 */
final class NewFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private boolean kept;

    private NewFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static NewFile create(Path path) throws IOException {
        return new NewFile(path, FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    FileChannel channel() {
        return channel;
    }

    /** To be called when all is written; what cannot be brought to the disk fails here. */
    void keep() throws IOException {
        channel.force(true);
        kept = true;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            if (!kept) {
                Files.deleteIfExists(path);
            }
        }
    }
}

package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** QEMU's monitor, the side entrance to a guest's machine (QEMU, System Emulation User's Guide, QEMU Monitor). */
final class Monitor {
    private static final String PROMPT = "(qemu) ";

    private final Path socket;

    /**
     * @param name of the guest
     */
    Monitor(String name) throws IOException {
        socket = Files.createDirectories(Path.of("target", "monitors")).resolve(name);
        Files.deleteIfExists(socket);
    }

    /** What QEMU is to be started with. */
    List<String> arguments() {
        return List.of("-monitor", "unix:" + socket + ",server=on,wait=off");
    }

    /** Writes physical memory to a file. */
    void saveMemory(long address, long size, Path file) throws IOException {
        command("pmemsave 0x%x %d \"%s\"".formatted(address, size, file));
    }

    /** Gives a command to the monitor and waits until it has been done. */
    String command(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            answer(channel);
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.US_ASCII)));
            return answer(channel);
        }
    }

    /** Up to the next prompt, without what the monitor repeats of the command. */
    private static String answer(SocketChannel channel) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (!text.toString().endsWith(PROMPT) && channel.read(buffer) >= 0) {
            text.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            buffer.clear();
        }
        String all = text.substring(0, Math.max(0, text.length() - PROMPT.length()));
        return all.substring(all.indexOf('\n') + 1).strip();
    }
}

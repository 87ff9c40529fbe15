package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The screen of a guest with a VGA adapter, as QEMU's monitor tells it. */
final class Screen {
    static final int COLUMNS = 80;
    static final int ROWS = 25;

    private static final long TEXT = 0xb8000;

    private final Monitor monitor;
    private final Path file;

    /**
     * @param name of the guest
     */
    Screen(String name) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "screens"));
        monitor = new Monitor(name);
        file = folder.resolve(name + ".ppm");
    }

    /** What QEMU is to be started with. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("-device", "VGA"));
        arguments.addAll(monitor.arguments());
        return arguments;
    }

    /** The lines of the text mode's memory, without blanks at their ends, and whether that mode is on or not. */
    List<String> text() throws IOException {
        Path memory = file.resolveSibling(file.getFileName() + ".text");
        monitor.saveMemory(TEXT, COLUMNS * ROWS * 2, memory);
        byte[] cells = Files.readAllBytes(memory);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < COLUMNS; column++) {
                line.append((char) (cells[(row * COLUMNS + column) * 2] & 0xff));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** What is to be seen: a picture, one byte each of red, green and blue for a dot. */
    Picture picture() throws IOException {
        command("screendump \"%s\"".formatted(file));
        byte[] bytes = Files.readAllBytes(file);
        String head = new String(bytes, 0, 40, StandardCharsets.ISO_8859_1);
        String[] parts = head.split("\\s", 5); // P6, width, height, 255
        int width = Integer.parseInt(parts[1]);
        int height = Integer.parseInt(parts[2]);
        return new Picture(
                width, height, ByteBuffer.wrap(bytes, bytes.length - width * height * 3, width * height * 3));
    }

    /** Where the cursor is, in cells from the upper left corner. */
    int cursor() throws IOException {
        return register(0x0e) << 8 | register(0x0f);
    }

    private int register(int index) throws IOException {
        command("o /b 0x3d4 0x%x".formatted(index));
        String answer = command("i /b 0x3d5");
        return Integer.decode(answer.substring(answer.lastIndexOf("= ") + 2).strip());
    }

    /**
     * A picture.
     *
     * @param width in dots
     * @param height in dots
     * @param dots three bytes each
     */
    record Picture(int width, int height, ByteBuffer dots) {
        /** Whether there is light at a dot. */
        boolean isLit(int x, int y) {
            int at = dots.position() + (y * width + x) * 3;
            return (dots.get(at) | dots.get(at + 1) | dots.get(at + 2)) != 0;
        }
    }

    /** Gives a command to the monitor and waits until it has been done. */
    String command(String command) throws IOException {
        return monitor.command(command);
    }
}

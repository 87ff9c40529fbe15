package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A machine in QEMU, emulated in software, with a serial port and nothing else. Closing it stops it and saves what it
 * printed as {@code target/consoles/NAME.log}.
 */
final class Guest implements AutoCloseable {
    private final String name;
    private final List<String> command;
    private final Process qemu;
    private final Thread reader;
    private final Thread killer;
    private final long started = System.nanoTime();
    private final List<Console.Line> lines = new ArrayList<>();
    private boolean ended;

    private Guest(String name, List<String> command) throws IOException {
        this.name = name;
        this.command = command;
        this.qemu = new ProcessBuilder(command).redirectErrorStream(true).start();
        this.reader = new Thread(this::read, "console of " + name);
        this.killer = new Thread(qemu::destroyForcibly, "end of " + name);
        reader.setDaemon(true);
        Runtime.getRuntime().addShutdownHook(killer); // for tests that are broken off
        reader.start();
    }

    /** Starts a machine with more arguments for QEMU, which say how much memory it has and what it boots. */
    static Guest start(Machine machine, String name, List<String> arguments) throws IOException {
        Lab.tool(machine.qemu().get(0));
        List<String> command = new ArrayList<>(machine.qemu());
        command.addAll(List.of("-accel", "tcg", "-display", "none", "-nodefaults", "-no-reboot", "-serial", "stdio"));
        if (!arguments.contains("-smp")) {
            command.addAll(List.of("-smp", "1"));
        }
        if (!arguments.contains("-monitor")) {
            command.addAll(List.of("-monitor", "none"));
        }
        command.addAll(arguments);
        return new Guest(name, command);
    }

    /** Starts a machine by all of QEMU's command. */
    static Guest run(String name, List<String> command) throws IOException {
        return new Guest(name, command);
    }

    /**
     * Waits for a line in which an expression is found.
     *
     * @return whether it came before the guest's end and before the time was over
     */
    synchronized boolean await(String expression, Duration timeout) throws InterruptedException {
        Pattern pattern = Pattern.compile(expression);
        long deadline = System.nanoTime() + timeout.toNanos();
        for (int next = 0; ; ) {
            for (; next < lines.size(); next++) {
                if (pattern.matcher(lines.get(next).text()).find()) {
                    return true;
                }
            }
            long left = millisUntil(deadline);
            if (ended || left <= 0) {
                return false;
            }
            wait(left);
        }
    }

    /** Types a line on the serial console. */
    void type(String line) throws IOException {
        OutputStream keyboard = qemu.getOutputStream();
        keyboard.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        keyboard.flush();
    }

    /** What it has printed so far. */
    synchronized Console console() {
        return new Console(lines);
    }

    /** Waits until the guest has switched itself off, which it has to do in time: all that it printed. */
    synchronized Console awaitEnd(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long left; !ended && (left = millisUntil(deadline)) > 0; ) {
            wait(left);
        }
        if (!ended) {
            throw console().failure("the guest is still running after " + timeout.toSeconds() + " seconds");
        }
        return console();
    }

    private static long millisUntil(long deadline) {
        return (deadline - System.nanoTime()) / 1_000_000;
    }

    @Override
    public void close() throws IOException {
        qemu.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The reader is at its end, so nobody else touches the lines any more.
        Path log = Path.of("target", "consoles", name + ".log");
        Files.createDirectories(log.getParent());
        Files.writeString(log, "# " + String.join(" ", command) + "\n" + new Console(lines));
    }

    private void read() {
        StringBuilder line = new StringBuilder();
        byte[] bytes = new byte[4096];
        double began = 0;
        try (InputStream output = qemu.getInputStream()) {
            for (int count; (count = output.read(bytes)) >= 0; ) {
                for (char c : new String(bytes, 0, count, StandardCharsets.ISO_8859_1).toCharArray()) {
                    if (line.isEmpty()) {
                        began = (System.nanoTime() - started) / 1e9;
                    }
                    if (c == '\n') {
                        finish(line, began);
                    } else if (c != '\r') {
                        line.append(c);
                    }
                }
            }
        } catch (IOException e) {
            line.append("(console closed: ").append(e.getMessage()).append(')');
        }
        synchronized (this) {
            if (!line.isEmpty()) {
                finish(line, began);
            }
            ended = true;
            notifyAll();
        }
    }

    private synchronized void finish(StringBuilder line, double began) {
        lines.add(new Console.Line(began, line.toString()));
        line.setLength(0);
        notifyAll();
    }
}

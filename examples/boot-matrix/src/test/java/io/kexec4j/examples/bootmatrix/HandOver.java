package io.kexec4j.examples.bootmatrix;

import io.kexec4j.image.KexecImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Starts an image without a first Linux. QEMU puts its segments in their places, and a launcher (launcher.S, which says
 * more) jumps to its entry in the state in which Linux leaves the processor. It is the short way to a purgatory and to
 * boot parameters: a second or two.
 */
final class HandOver {
    /** The launcher's own memory, and behind it 8 bytes with the address that it jumps to. */
    private static final long LAUNCHER = 0x100000;

    private static final long ENTRY_POINTER = 0x110000;

    private HandOver() {}

    /**
     * A segment of an image.
     *
     * @param address physical
     * @param content without the zeros at its end, which the machine's memory has anyway
     */
    record Segment(long address, ByteBuffer content) {
        /** Those of an image, each with content of one piece. */
        static List<Segment> of(KexecImage image) {
            List<Segment> segments = new ArrayList<>();
            for (var segment : image.segments()) {
                segments.add(new Segment(
                        segment.range().start(), segment.content().slices().get(0)));
            }
            return segments;
        }

        /** The device that makes QEMU put it in its place, from a file that this writes. */
        String loader() throws IOException {
            Path file = Path.of("target", "segments", "%016x.bin".formatted(address));
            Files.createDirectories(file.getParent());
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer left = content.duplicate();
                while (left.hasRemaining()) {
                    channel.write(left);
                }
            }
            return "loader,file=%s,addr=0x%x,force-raw=on".formatted(file, address);
        }
    }

    /**
     * Boots an image and waits until it has switched the machine off.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param mebibytes memory of the machine
     * @param image with segments above 1 MiB and below 8 GiB, each with content of one piece
     */
    static Console boot(String name, int mebibytes, KexecImage image) throws IOException, InterruptedException {
        return boot(name, mebibytes, Segment.of(image), image.entry());
    }

    /**
     * Boots segments and waits until they have switched the machine off.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param mebibytes memory of the machine
     * @param segments above 1 MiB, since QEMU's firmware runs after they are in place and uses what is below
     * @param entry physical address below 8 GiB, the end of what the launcher maps
     */
    static Console boot(String name, int mebibytes, List<Segment> segments, long entry)
            throws IOException, InterruptedException {
        try (Guest guest = start(name, mebibytes, segments, entry)) {
            return guest.awaitEnd(Duration.ofMinutes(1));
        }
    }

    /**
     * Boots an image that may leave the machine running.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param mebibytes memory of the machine
     * @param segments above 1 MiB, as for {@link #boot}
     * @param entry physical address below 8 GiB
     * @return the machine, to be closed
     */
    static Guest start(String name, int mebibytes, List<Segment> segments, long entry) throws IOException {
        return start(name, mebibytes, segments, entry, List.of());
    }

    /**
     * Boots an image that may leave the machine running, with more for QEMU.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param mebibytes memory of the machine
     * @param segments above 1 MiB, as for {@link #boot}
     * @param entry physical address below 8 GiB
     * @param more arguments for QEMU
     * @return the machine, to be closed
     */
    static Guest start(String name, int mebibytes, List<Segment> segments, long entry, List<String> more)
            throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-m", Integer.toString(mebibytes), "-kernel", launcher().toString()));
        arguments.addAll(List.of("-device", "loader,addr=0x%x,data=0x%x,data-len=8".formatted(ENTRY_POINTER, entry)));
        for (Segment segment : segments) {
            check(segment);
            arguments.addAll(List.of("-device", segment.loader()));
        }
        arguments.addAll(more);
        return Guest.start(Machine.X86_64, name, arguments);
    }

    private static void check(Segment segment) {
        long end = segment.address + segment.content.remaining();
        if (segment.address < LAUNCHER || (segment.address < ENTRY_POINTER + 8 && end > LAUNCHER)) {
            throw new IllegalArgumentException(
                    "a segment at 0x%x is in the way of the firmware or of the launcher".formatted(segment.address));
        }
    }

    private static Path launcher() {
        try {
            return Path.of(Objects.requireNonNull(HandOver.class.getResource("launcher-x86_64.elf"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.kexec4j.examples.bootmatrix;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An image with segments below 1 MiB, where QEMU can put nothing: its firmware would overwrite that, and what the firmware needs
 * must not be overwritten before it has run. They wait elsewhere, and a program moves them before it jumps to the image.
 */
final class LowSegments {
    private static final long LOW = 0x100000;

    /** Where the program lies, and behind it what it moves. */
    private static final long PROGRAM = 0x800000;

    private static final long WAITING = 0x801000;

    private final List<HandOver.Segment> segments = new ArrayList<>();
    private final ByteBuffer program = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

    private LowSegments() {}

    /** The segments of an image with this program among them; it begins at {@link #entry}. */
    static LowSegments of(KexecImage image) throws IOException {
        LowSegments all = new LowSegments();
        long waiting = WAITING;
        for (Segment segment : image.segments()) {
            long start = segment.range().start();
            if (start >= LOW) {
                all.segments.add(
                        new HandOver.Segment(start, segment.content().slices().get(0)));
                continue;
            }
            // With the zeroes at its end: the firmware has left something there.
            ByteBuffer whole = ByteBuffer.allocate((int) segment.range().size());
            segment.content().slices().forEach(whole::put);
            all.segments.add(new HandOver.Segment(waiting, whole.rewind()));
            all.move(waiting, start, whole.capacity());
            waiting += whole.capacity();
        }
        all.jump(image.entry());
        all.segments.add(new HandOver.Segment(PROGRAM, all.program.flip()));
        return all;
    }

    List<HandOver.Segment> segments() {
        return segments;
    }

    long entry() {
        return PROGRAM;
    }

    private void move(long from, long to, int size) {
        program.put((byte) 0xbe).putInt((int) from); // mov esi
        program.put((byte) 0xbf).putInt((int) to); // mov edi
        program.put((byte) 0xb9).putInt(size); // mov ecx
        program.put(new byte[] {(byte) 0xf3, (byte) 0xa4}); // rep movsb
    }

    private void jump(long entry) {
        program.put((byte) 0xb8).putInt((int) entry); // mov eax
        program.put(new byte[] {(byte) 0xff, (byte) 0xe0}); // jmp rax
    }
}

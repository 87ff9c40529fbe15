package io.kexec4j.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what it is called with, reading everything through the pointers as the kernel would, and answers at will. */
final class RecordingSyscalls implements Syscalls {
    private static final int ENTRY_BYTES = 32;
    private static final int SAMPLE = 4096;

    /** A {@code struct kexec_segment}, with the first page at most of what it points to. */
    record Seen(long buf, long bufsz, long mem, long memsz, String content) {}

    /** A call of kexec_load, with the bytes of its table. */
    record Load(long entry, int count, long flags, ByteBuffer table, List<Seen> segments) {}

    final List<Load> loads = new ArrayList<>();
    final List<String> others = new ArrayList<>();
    int answer;

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
        return answer;
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

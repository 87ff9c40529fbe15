package io.kexec4j.boot.ppc64;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.KernelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Makes files like a vmlinux for Power: linked for address 0 at virtual addresses, with the word that lets it stay where it lies. */
final class Ppc64Files {
    static final long PAGE_OFFSET = 0xc000_0000_0000_0000L;
    static final int HEAD = 0x100;
    static final int RUN_AT_LOAD = 0x5c;

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CONTENT = 0x1000;

    private final ByteOrder order;
    private int machine = 21;
    private int type = 2;
    private long address;
    private long entry = PAGE_OFFSET;
    private int contentSize = 0x2_0000;
    private long memorySize = 0x5_0000;
    private int pieces = 1;
    private long step;
    private int magic = 0x7275_6e30;

    Ppc64Files(ByteOrder order) {
        this.order = order;
    }

    Ppc64Files type(int value) {
        type = value;
        return this;
    }

    Ppc64Files machine(int value) {
        machine = value;
        return this;
    }

    /** Links it for another address, with an entry there. */
    Ppc64Files at(long physical, long physicalEntry) {
        address = physical;
        entry = physicalEntry;
        return this;
    }

    Ppc64Files entry(long value) {
        entry = value;
        return this;
    }

    Ppc64Files sizes(int content, long memory) {
        contentSize = content;
        memorySize = memory;
        return this;
    }

    /** So many segments of these sizes, each so far behind the one before. */
    Ppc64Files pieces(int count, long distance) {
        pieces = count;
        step = distance;
        return this;
    }

    Ppc64Files magic(int word) {
        magic = word;
        return this;
    }

    /** What lies at the beginning of each segment. */
    byte[] code() {
        byte[] code = new byte[contentSize];
        new Random(7).nextBytes(code);
        if (contentSize >= RUN_AT_LOAD + Integer.BYTES) {
            ByteBuffer.wrap(code).order(order).putInt(RUN_AT_LOAD, magic);
        }
        return code;
    }

    byte[] bytes() {
        ByteBuffer file = ByteBuffer.allocate(CONTENT + contentSize).order(order);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1})
                .position(16);
        file.putShort((short) type).putShort((short) machine).putInt(1);
        file.putLong(entry).putLong(HEADER).putLong(0).putInt(order == ByteOrder.LITTLE_ENDIAN ? 2 : 1);
        file.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) pieces);
        file.position(HEADER);
        for (int i = 0; i < pieces; i++) {
            long at = address + i * step;
            file.putInt(1).putInt(7).putLong(CONTENT);
            file.putLong(PAGE_OFFSET + at).putLong(at);
            file.putLong(contentSize).putLong(memorySize).putLong(0x1_0000);
        }
        file.position(CONTENT).put(code());
        return file.array();
    }

    KernelFile kernel() throws IOException {
        return KernelFile.parse(Content.of(bytes()));
    }
}

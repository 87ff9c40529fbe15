package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tiny kernel reports what it finds, also what no image of the SDK hands over. */
class TinyKernelHandOverTest {
    private static final long BEFORE = 0x200000;
    private static final long KERNEL = 0x1000000;
    private static final long BOOT_PARAMS = 0x2000000;
    private static final long FIRST_NODE = 0x2100000;
    private static final long LAST_NODE = 0x2200000;

    private static final int SETUP_SECTS = 0x1f1;
    private static final int SETUP_DATA = 0x250;
    private static final int SETUP_E820_EXT = 1;
    private static final int FLAGS = 0xcd7; // all that say something about a result, and the direction

    private static ByteBuffer memory(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer node(long next, int type, int length) {
        return memory(16).putLong(next).putInt(type).putInt(length).flip();
    }

    private static ByteBuffer kernel() throws Exception {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Lab.tinyKernel()));
        int setup = (file.get(SETUP_SECTS) + 1) * 512;
        return file.slice(setup, file.limit() - setup);
    }

    @Test
    void flagsAreReportedAsFoundAndEndlessListsCutOff() throws Exception {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        ByteBuffer before = memory(64)
                .put(hex.parseHex("be")) // mov esi, boot_params
                .putInt((int) BOOT_PARAMS)
                .put(hex.parseHex("b8")) // mov eax, the 64-bit entry
                .putInt((int) KERNEL + 0x200)
                .put(hex.parseHex("68")) // push the flags
                .putInt(FLAGS)
                .put(hex.parseHex("9d ff e0")) // popfq, jmp rax
                .flip();
        // 5000 entries, more than are printed of one node; then a node that is followed by itself.
        Console console = HandOver.boot(
                "hand-over-tiny",
                64,
                List.of(
                        new HandOver.Segment(BEFORE, before),
                        new HandOver.Segment(KERNEL, kernel()),
                        new HandOver.Segment(BOOT_PARAMS, memory(4096).putLong(SETUP_DATA, FIRST_NODE)),
                        new HandOver.Segment(FIRST_NODE, node(LAST_NODE, SETUP_E820_EXT, 5000 * 20)),
                        new HandOver.Segment(LAST_NODE, node(LAST_NODE, 99, 0))),
                BEFORE);

        assertThat(console.get("\"rflags\": \"(.*)\"").group(1)).isEqualTo("0x" + Integer.toHexString(FLAGS));
        assertThat(E820.ofTinyKernel(console)).hasSize(4096);
        assertThat(console.all("\\{\"type\": 99, ")).hasSize(63);
        assertThat(console.all("^ +\\{\"truncated\": true}")).hasSize(3);
        assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }
}

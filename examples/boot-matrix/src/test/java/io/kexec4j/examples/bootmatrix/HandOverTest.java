package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandOverTest {
    /** Prints the string at 0x300000 on the first serial port and switches the machine off, in 64-bit machine code. */
    private static final ByteBuffer PROGRAM = ByteBuffer.wrap(HexFormat.ofDelimiter(" ")
            .parseHex(
                    "48 c7 c6 00 00 30 00 " // mov rsi, 0x300000
                            + "66 ba f8 03 " // mov dx, 0x3f8
                            + "ac " // next: lodsb
                            + "84 c0 " // test al, al
                            + "74 03 " // jz off
                            + "ee " // out dx, al
                            + "eb f8 " // jmp next
                            + "66 ba 04 06 " // off: mov dx, 0x604
                            + "66 b8 00 20 " // mov ax, 0x2000
                            + "66 ef " // out dx, ax
                            + "eb fe")); // jmp .

    @Test
    void startsAnImageAtItsEntry() throws Exception {
        ByteBuffer greeting = ByteBuffer.wrap("handed over\n\0".getBytes(StandardCharsets.US_ASCII));
        Console console = HandOver.boot(
                "hand-over",
                64,
                List.of(new HandOver.Segment(0x200000, PROGRAM), new HandOver.Segment(0x300000, greeting)),
                0x200000);

        assertThat(console.text()).endsWith("handed over");
    }

    @Test
    void refusesSegmentsThatWouldNotSurvive() {
        ByteBuffer page = ByteBuffer.allocate(4096);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> HandOver.boot("x", 64, List.of(new HandOver.Segment(0x9000, page)), 0x9000))
                .withMessage("a segment at 0x9000 is in the way of the firmware or of the launcher");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HandOver.boot("x", 64, List.of(new HandOver.Segment(0x110000, page)), 0x110000));
    }
}

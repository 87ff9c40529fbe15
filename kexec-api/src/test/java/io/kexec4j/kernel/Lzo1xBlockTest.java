package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of instruction by hand, from its description; 61 and following are letters from a on. */
class Lzo1xBlockTest {
    private static final String END = "110000";

    private static byte[] decode(int size, String instructions) throws IOException {
        byte[] output = new byte[size];
        Lzo1xBlock.decode(HexFormat.of().parseHex(instructions.replace(" ", "")), output);
        return output;
    }

    @ParameterizedTest
    @CsvSource({
        // Up to three literals first, then 0000DDSS: a match of two bytes.
        "14 616263 00 00, abccc",
        "13 6162 05 00 78, ababx",
        // Literals behind a match, and a run of literals where there are none.
        "13 6162 04 00 01 61626364, abababcd",
        "02 6162636465, abcde",
        // 01LDDDSS: three or four bytes.
        "15 61626364 68 00, abcdbcdb",
        "15 61626364 6d 00 7a, abcdabcdz",
        "15 61626364 40 00, abcdddd",
        // 1LLDDDSS: five to eight bytes.
        "15 61626364 e0 00, abcddddddddd",
        "15 61626364 8d 00 78, abcdabcdax",
        // 001LLLLL: the length in it, the distance behind it.
        "15 61626364 21 0c00, abcdabc"
    })
    void instructions(String block, String text) throws IOException {
        assertThat(new String(decode(text.length(), block + END), StandardCharsets.US_ASCII))
                .isEqualTo(text);
    }

    @Test
    void lengthsBehindTheInstruction() throws IOException {
        assertThat(decode(3 + 15 + 255 + 7, "00 00 07" + "61".repeat(280) + END))
                .containsOnly('a');
        assertThat(decode(4 + 2 + 31 + 255 + 9, "15 61616161 20 00 09 0000" + END))
                .containsOnly('a');
        assertThat(decode(17_000 + 2 + 7 + 3, far(17_000, "10 03 0400"))).endsWith(letters(17_012, 16_385, 12));
    }

    /** Behind four literals and more, 0000DDSS reaches from 2049 bytes back on; 0001HLLL from 16385 on. */
    @Test
    void farMatches() throws IOException {
        assertThat(decode(2100 + 3, far(2100, "0c 01"))).endsWith(letters(2103, 2049 + 4 + 3, 3));
        assertThat(decode(50_000 + 3, far(50_000, "19 fcff"))).endsWith(letters(50_003, 49_151, 3));
        assertThatThrownBy(() -> decode(2055 + 3, far(2055, "0c 01")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must point into the output");
    }

    /** Letters as literals, then one instruction. */
    private static String far(int literals, String instruction) {
        StringBuilder block = new StringBuilder("00");
        int rest = literals - 3 - 15;
        for (; rest > 255; rest -= 255) {
            block.append("00");
        }
        block.append(HexFormat.of().toHexDigits((byte) rest));
        for (int i = 0; i < literals; i++) {
            block.append(HexFormat.of().toHexDigits((byte) letter(i)));
        }
        return block + instruction + END;
    }

    private static int letter(int index) {
        return 'a' + index * 7 % 23;
    }

    /** What a match gives at the end of an output. */
    private static byte[] letters(int size, int distance, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) letter(size - count - distance + i);
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "4, '', must not end within an instruction",
        "4, 15 61626364, must not end within an instruction",
        "4, 15 6162, literals must lie within their block",
        "5, 15 61626364 110000, as much output as it says",
        "3, 15 61626364 110000, more output than it says",
        "5, 15 61626364 40 00 110000, more output than it says",
        "4, 15 61626364 110000 00, must end with its last instruction",
        "4, 15 61626364 120000, must be 11 00 00",
        "9, 15 61626364 21 1000 110000, must point into the output",
        "200, 00 0000 61, more output than it says",
        "9, 11 01 00 00 00 00, of version 0 of the format"
    })
    void malformedBlocksAreRefused(int size, String block, String rule) {
        assertThatThrownBy(() -> decode(size, block))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void anyBytesGiveAnErrorOrFillTheOutput() {
        byte[] block = new byte[64];
        Random random = new Random(3);
        int good = 0;
        for (int i = 0; i < 200_000; i++) {
            random.nextBytes(block);
            byte[] bytes = Arrays.copyOf(block, random.nextInt(64));
            if (bytes.length > 3) {
                System.arraycopy(new byte[] {0x11, 0, 0}, 0, bytes, bytes.length - 3, 3);
            }
            try {
                Lzo1xBlock.decode(bytes, new byte[random.nextInt(20)]);
                good++;
            } catch (IOException e) {
                assertThat(e.getMessage()).contains("block");
            }
        }
        assertThat(good).isPositive();
    }
}

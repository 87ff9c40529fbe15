package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.purgatory.Sha256;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import io.kexec4j.purgatory.X86Registers;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the purgatory shows on a VGA adapter, read out of its memory and from the picture that QEMU makes of it. */
@ExtendWith(MatrixExtension.class)
class VgaHandOverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long PURGATORY = 0x200000;
    private static final long DAMAGED = 0x400000;
    private static final long BEFORE = 0x500000;
    private static final int MEBIBYTES = 64;

    private static final SerialConsole COM1 = new SerialConsole(SerialConsole.COM1, 115_200);
    private static final Sha256 EXPECTED = Sha256.of(ByteBuffer.wrap(new byte[] {1}));
    private static final Sha256 FOUND = Sha256.of(ByteBuffer.wrap(new byte[] {2}));
    private static final List<String> MESSAGES = List.of(
            "kexec4j purgatory: checking 1 segment",
            "kexec4j purgatory: segment damaged at 0x400000 does not match its digest",
            "  expected " + EXPECTED,
            "  found    " + FOUND);

    private static final List<SegmentCheck> CHECKS = List.of(new SegmentCheck("damaged", DAMAGED, 1, 0x1000, EXPECTED));

    private static X86PurgatorySettings.Builder settings(MismatchAction action) {
        return X86PurgatorySettings.builder(X86Registers.linux64(DAMAGED, 0))
                .checks(CHECKS)
                .onMismatch(action);
    }

    /** Starts the purgatory behind a program that does something else first. */
    private static Guest start(String name, Screen screen, X86PurgatorySettings settings, String before)
            throws Exception {
        LinkedPurgatory linked = X86Purgatory.instance().link(PURGATORY, settings);
        String jump = " 48 c7 c0 %s ff e0".formatted(littleEndian((int) linked.entry())); // mov rax, entry; jmp rax
        ByteBuffer program = ByteBuffer.wrap(
                HexFormat.ofDelimiter(" ").parseHex((before + jump).strip().replaceAll(" +", " ")));
        List<HandOver.Segment> segments = new ArrayList<>(List.of(
                new HandOver.Segment(PURGATORY, linked.content()),
                new HandOver.Segment(DAMAGED, ByteBuffer.wrap(new byte[] {2})),
                new HandOver.Segment(BEFORE, program)));
        return HandOver.start(name, MEBIBYTES, segments, BEFORE, screen.arguments());
    }

    private static String littleEndian(int value) {
        return HexFormat.ofDelimiter(" ")
                .formatHex(ByteBuffer.allocate(4)
                        .putInt(Integer.reverseBytes(value))
                        .array());
    }

    /** Machine code that writes bytes to ports: pairs of port and value. */
    private static String out(int... pairs) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            // mov dx, port; mov al, value; out dx, al
            code.append("66 ba %02x %02x b0 %02x ee ".formatted(pairs[i] & 0xff, pairs[i] >> 8, pairs[i + 1]));
        }
        return code.toString();
    }

    private static void assertMessages(List<String> lines, int first, String last) {
        assertThat(lines.subList(first, first + 5)).containsExactly(concat(MESSAGES, last));
    }

    private static String[] concat(List<String> lines, String last) {
        List<String> all = new ArrayList<>(lines);
        all.add(last);
        return all.toArray(String[]::new);
    }

    @Test
    void aDamagedSegmentIsNamedOnTheScreen(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row("x86_64", "none", "damaged, not started", "none", "hand-over, VGA console", false),
                () -> {
                    Screen screen = new Screen("vga-console");
                    try (Guest guest = start(
                            "vga-console",
                            screen,
                            settings(MismatchAction.HALT)
                                    .console(COM1)
                                    .vgaConsole(true)
                                    .build(),
                            "")) {
                        assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                                .as("the serial console says the same")
                                .isTrue();
                        List<String> lines = screen.text();
                        int first = lines.indexOf(MESSAGES.get(0));
                        assertThat(first)
                                .as("below what the firmware has printed")
                                .isPositive();
                        assertMessages(lines, first, "kexec4j purgatory: 1 segment is damaged, halted");
                        assertThat(screen.cursor()).isEqualTo((first + 5) * Screen.COLUMNS);
                        assertThat(screen.picture().height()).isEqualTo(400);
                    }
                });
    }

    /** The cursor is in the last line and the screen begins further on in the memory, as Linux scrolls it. */
    @Test
    void theScreenScrolls() throws Exception {
        int start = 3 * Screen.COLUMNS;
        int cursor = start + 24 * Screen.COLUMNS + 7;
        Screen screen = new Screen("vga-scroll");
        String fill = "48 c7 c7 00 80 0b 00 " // mov rdi, 0xb8000
                + "48 c7 c1 00 40 00 00 " // mov rcx, 0x4000
                + "66 b8 2e 07 " // mov ax, a dot
                + "66 f3 ab "; // rep stosw
        String place = out(
                0x3d4,
                0x0c,
                0x3d5,
                start >> 8,
                0x3d4,
                0x0d,
                0x3d5,
                start & 0xff, //
                0x3d4,
                0x0e,
                0x3d5,
                cursor >> 8,
                0x3d4,
                0x0f,
                0x3d5,
                cursor & 0xff);
        try (Guest guest = start(
                "vga-scroll",
                screen,
                settings(MismatchAction.HALT).console(COM1).vgaConsole(true).build(),
                fill + place)) {
            assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                    .isTrue();
            List<String> lines = screen.text();
            assertMessages(lines, 19, "kexec4j purgatory: 1 segment is damaged, halted");
            assertThat(lines.subList(0, 19)).containsOnly(".".repeat(Screen.COLUMNS));
            assertThat(lines.get(24)).isEmpty();
            assertThat(screen.cursor()).isEqualTo(24 * Screen.COLUMNS);
        }
    }

    /** Text of 50 rows, or of 40 columns. */
    @Test
    void aTextModeOfAnotherSizeIsLeftAlone() throws Exception {
        String dots = "48 c7 c7 00 80 0b 00 48 c7 c1 00 40 00 00 66 b8 2e 07 66 f3 ab ";
        String rows = out(0x3d4, 0x09, 0x3d5, 0x47);
        String columns = out(0x3d4, 0x11, 0x3d5, 0x0e, 0x3d4, 0x01, 0x3d5, 0x27);
        for (String mode : List.of(rows, columns)) {
            String name = "vga-size-" + (mode.equals(rows) ? "rows" : "columns");
            Screen screen = new Screen(name);
            try (Guest guest = start(
                    name,
                    screen,
                    settings(MismatchAction.HALT).console(COM1).vgaConsole(true).build(),
                    dots + mode)) {
                assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                        .isTrue();
                assertThat(screen.text()).containsOnly(".".repeat(Screen.COLUMNS));
            }
        }
    }

    /** Without a serial port, the machine halts with its message on the screen. With none at all, it would be reset. */
    @Test
    void theScreenAloneIsAConsoleToHaltWith() throws Exception {
        Screen screen = new Screen("vga-halt");
        try (Guest guest = start(
                "vga-halt",
                screen,
                settings(MismatchAction.HALT).vgaConsole(true).build(),
                "")) {
            String last = "kexec4j purgatory: 1 segment is damaged, halted";
            assertThat(awaitLine(screen, last)).contains(last);
            Thread.sleep(1000);
            assertThat(screen.text()).contains(last);
            assertThat(guest.await(".", Duration.ZERO))
                    .as("nothing on the serial port")
                    .isFalse();
        }
    }

    @Test
    void beforeAResetThereIsTimeToReadIt() throws Exception {
        Screen screen = new Screen("vga-reset-time");
        try (Guest guest = start(
                "vga-reset-time",
                screen,
                settings(MismatchAction.RESET).vgaConsole(true).build(),
                "")) {
            String last = "kexec4j purgatory: 1 segment is damaged, resetting the machine";
            assertThat(awaitLine(screen, last)).contains(last);
            long shown = System.nanoTime();
            guest.awaitEnd(PATIENCE);
            assertThat(Duration.ofNanos(System.nanoTime() - shown))
                    .isGreaterThan(Duration.ofSeconds(X86PurgatorySettings.READING_SECONDS - 2));
        }
    }

    private static List<String> awaitLine(Screen screen, String line) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> lines = List.of();
        while (!lines.contains(line) && System.nanoTime() < deadline) {
            Thread.sleep(100);
            try {
                lines = screen.text();
            } catch (SocketException e) {
                // QEMU has not come that far
            }
        }
        return lines;
    }

    /** In 320x200 graphics there is no text and, after it was painted white, no font. */
    @Test
    void anAdapterInGraphicsModeIsPutBackIntoTextMode(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row("x86_64", "none", "damaged, not started", "none", "hand-over, VGA reset", false), () -> {
                    Screen.Picture withOwnFont = resetFrom("vga-reset-graphics", graphics());
                    assertThat(glyph(withOwnFont, 0, 0)).as("the k of 5x7 dots").containsExactly(K_5X7);
                });
    }

    @Test
    void anAdapterInTextModeKeepsItsFont() throws Exception {
        Screen.Picture picture = resetFrom("vga-reset-text", "");
        assertThat(Arrays.stream(glyph(picture, 0, 0)).sum())
                .as("there is a letter")
                .isNotZero();
        assertThat(glyph(picture, 0, 0)).isNotEqualTo(K_5X7);
    }

    private static Screen.Picture resetFrom(String name, String before) throws Exception {
        Screen screen = new Screen(name);
        try (Guest guest = start(
                name,
                screen,
                settings(MismatchAction.HALT)
                        .console(COM1)
                        .vgaConsole(true)
                        .vgaReset(true)
                        .build(),
                before)) {
            assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                    .isTrue();
            assertMessages(screen.text(), 0, "kexec4j purgatory: 1 segment is damaged, halted");
            assertThat(screen.text().subList(5, Screen.ROWS)).containsOnly("");
            assertThat(screen.cursor()).isEqualTo(5 * Screen.COLUMNS);
            Screen.Picture picture = screen.picture();
            assertThat(List.of(picture.width(), picture.height())).containsExactly(720, 400);
            // The blank lines are black, so the colours and the blank's glyph are right.
            for (int y = 6 * 16; y < 400; y++) {
                for (int x = 0; x < 720; x++) {
                    assertThat(picture.isLit(x, y)).isFalse();
                }
            }
            return picture;
        }
    }

    /** k: each of seven rows twice, the dots two to the left, as eight bits. */
    private static final int[] K_5X7 = {
        0x40, 0x40, 0x40, 0x40, 0x48, 0x48, 0x50, 0x50, 0x60, 0x60, 0x50, 0x50, 0x48, 0x48, 0, 0
    };

    /** The dots of a cell of 9x16, a row a number, without the ninth column. */
    private static int[] glyph(Screen.Picture picture, int column, int row) {
        int[] rows = new int[16];
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 8; x++) {
                rows[y] |= picture.isLit(column * 9 + x, row * 16 + y) ? 0x80 >> x : 0;
            }
        }
        return rows;
    }

    /** Machine code that sets 256 colours (mode 13h) in the registers that matter, white in all four planes, and black colours. */
    private static String graphics() {
        return out(
                        0x3c4, 0x02, 0x3c5, 0x0f, // all planes
                        0x3c4, 0x04, 0x3c5, 0x06, // one behind the other
                        0x3ce, 0x05, 0x3cf, 0x40, // 256 colours
                        0x3ce, 0x06, 0x3cf, 0x05, // graphics at 0xa0000
                        0x3ce, 0x08, 0x3cf, 0xff)
                + "48 c7 c7 00 00 0a 00 " // mov rdi, 0xa0000
                + "48 c7 c1 00 00 01 00 " // mov rcx, 0x10000
                + "b0 ff " // mov al, 0xff
                + "f3 aa " // rep stosb
                + out(
                        0x3d4, 0x11, 0x3d5, 0x0e, // unlock
                        0x3d4, 0x09, 0x3d5, 0x41, 0x3d4, 0x13, 0x3d5, 0x14, 0x3d4, 0x17, 0x3d5, 0xa3, //
                        0x3d4, 0x14, 0x3d5, 0x40, 0x3d4, 0x0c, 0x3d5, 0x12, //
                        0x3c2, 0x63, 0x3c4, 0x01, 0x3c5, 0x21, // 25 MHz, screen off
                        0x3c8, 0x00, 0x3c9, 0x3f, 0x3c9, 0x3f, 0x3c9, 0x3f, 0x3c6, 0x00);
    }
}

package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.purgatory.Sha256;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import io.kexec4j.purgatory.X86Registers;
import io.kexec4j.purgatory.X86Registers32;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The purgatory alone, in front of a few instructions instead of a kernel. */
class PurgatoryHandOverTest {
    private static final int MEBIBYTES = 64;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long PURGATORY = 0x200000;
    private static final long PAYLOAD = 0x300000;
    private static final long FIRST_SEGMENT = 0x400000;
    private static final int SEGMENT_SIZE = 0x1000;
    private static final long BEFORE = 0x500000;

    /** Prints an exclamation mark and switches the machine off, in 64-bit machine code. */
    private static final ByteBuffer PROGRAM = code(
            "66 ba f8 03 " // mov dx, 0x3f8
                    + "b0 21 " // mov al, '!'
                    + "ee " // out dx, al
                    + "66 ba 04 06 " // mov dx, 0x604
                    + "66 b8 00 20 " // mov ax, 0x2000
                    + "66 ef " // out dx, ax
                    + "eb fe"); // jmp .

    private static final SerialConsole COM1 = new SerialConsole(SerialConsole.COM1, 115_200);

    private final List<HandOver.Segment> segments = new ArrayList<>(List.of(new HandOver.Segment(PAYLOAD, PROGRAM)));
    private final List<SegmentCheck> checks = new ArrayList<>();

    private static ByteBuffer code(String hex) {
        return ByteBuffer.wrap(HexFormat.ofDelimiter(" ").parseHex(hex));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** A segment of one page that is loaded as {@code found}, where {@code expected} was to be. */
    private long segment(String name, byte[] expected, byte[] found) {
        long address = FIRST_SEGMENT + (long) checks.size() * SEGMENT_SIZE;
        checks.add(
                new SegmentCheck(name, address, expected.length, SEGMENT_SIZE, Sha256.of(ByteBuffer.wrap(expected))));
        if (found.length != 0) {
            segments.add(new HandOver.Segment(address, ByteBuffer.wrap(found)));
        }
        return address;
    }

    /** Adds the purgatory to the segments and gives its entry. */
    private long purgatory(MismatchAction action, SerialConsole console) {
        LinkedPurgatory linked = X86Purgatory.instance()
                .link(
                        PURGATORY,
                        X86PurgatorySettings.builder(X86Registers.linux64(PAYLOAD, 0))
                                .checks(checks)
                                .onMismatch(action)
                                .console(console)
                                .build());
        segments.add(new HandOver.Segment(PURGATORY, linked.content()));
        return linked.entry();
    }

    private Console boot(String name, long entry) throws Exception {
        return HandOver.boot("purgatory-" + name, MEBIBYTES, segments, entry);
    }

    @Test
    void itHaltsAfterTwoDamagedSegmentsWereNamed() throws Exception {
        byte[] content = random(1000);
        byte[] changed = random(1000);
        changed[500] ^= 4;
        byte[] longer = random(SEGMENT_SIZE);
        long first = segment("first", content, changed);
        segment("second", content, content);
        long third = segment("third", Arrays.copyOf(longer, 1000), longer);

        long entry = purgatory(MismatchAction.HALT, COM1);
        try (Guest guest = HandOver.start("purgatory-halt", MEBIBYTES, segments, entry)) {
            assertThat(guest.await("^kexec4j purgatory: 2 segments are damaged, halted$", PATIENCE))
                    .isTrue();
            for (String line : List.of(
                    "checking 3 segments",
                    "segment first at 0x%x does not match its digest".formatted(first),
                    "segment third at 0x%x has data after its content, at 0x%x".formatted(third, third + 1000))) {
                assertThat(guest.await("^kexec4j purgatory: " + line + "$", Duration.ZERO))
                        .as(line)
                        .isTrue();
            }
            assertThat(guest.await("^  expected " + Sha256.of(ByteBuffer.wrap(content)) + "$", Duration.ZERO))
                    .isTrue();
            assertThat(guest.await("^  found    " + Sha256.of(ByteBuffer.wrap(changed)) + "$", Duration.ZERO))
                    .isTrue();
            assertThat(guest.await("second", Duration.ZERO)).isFalse();
            assertThatThrownBy(() -> guest.awaitEnd(Duration.ofSeconds(1))).hasMessageContaining("still running");
        }
    }

    /**
     * What is on in Linux goes off, and nothing is handed over that the image does not say. The selectors are those of the boot
     * protocol, and the probe loads them again: the table behind them is still there.
     */
    @Test
    void itEntersAKernelIn32BitModeWithEverythingOff() throws Exception {
        LinkedPurgatory linked = X86Purgatory.instance()
                .link(
                        PURGATORY,
                        X86PurgatorySettings.builder(new X86Registers32(
                                        0xa000_0001L,
                                        0xc000_0002L,
                                        0xd000_0003L,
                                        0xb000_0004L,
                                        OptionalLong.of(0x35_0000),
                                        0xbb00_0005L,
                                        0x5500_0006L,
                                        0xdd00_0007L,
                                        Probe.ENTRY))
                                .console(COM1)
                                .build());
        Console console = boot32("exit-32", linked);
        assertThat(console.text())
                .startsWith("kexec4j purgatory: segments are not checked, starting the kernel at 0x300000\n");
        assertThat(Probe.found(console))
                .containsEntry("eax", 0xa000_0001L)
                .containsEntry("ecx", 0xc000_0002L)
                .containsEntry("edx", 0xd000_0003L)
                .containsEntry("ebx", 0xb000_0004L)
                .containsEntry("esp", 0x35_0000L)
                .containsEntry("ebp", 0xbb00_0005L)
                .containsEntry("esi", 0x5500_0006L)
                .containsEntry("edi", 0xdd00_0007L);
        assertThat(Probe.found(console)).containsAllEntriesOf(Probe.PROTECTED_MODE);
        // Neither asked for nor active.
        assertThat(Probe.found(Probe.found(console), "efer") & 0x500).isZero();
        // Interrupts are off, the direction is up, and no task is nested.
        assertThat(Probe.found(Probe.found(console), "flag") & 0x4600).isZero();
    }

    @Test
    void itEntersAKernelIn32BitModeOnItsOwnStackAfterItsChecks() throws Exception {
        segment("first", random(1000), random(1000));
        LinkedPurgatory linked = X86Purgatory.instance()
                .link(
                        PURGATORY,
                        X86PurgatorySettings.builder(X86Registers32.multiboot2(Probe.ENTRY, 0x9000))
                                .checks(checks)
                                .console(COM1)
                                .build());
        Console console = boot32("exit-32-checked", linked);
        assertThat(console.text()).startsWith("""
                        kexec4j purgatory: checking 1 segment
                        kexec4j purgatory: 1 segment matches, starting the kernel at 0x300000
                        """);
        assertThat(Probe.found(console))
                .containsEntry("eax", 0x36d7_6289L)
                .containsEntry("ebx", 0x9000L)
                .containsAllEntriesOf(Probe.PROTECTED_MODE);
        for (String register : List.of("ecx", "edx", "ebp", "esi", "edi")) {
            assertThat(Probe.found(console)).containsEntry(register, 0L);
        }
        assertThat(Probe.found(Probe.found(console), "esp")).isBetween(PURGATORY, PURGATORY + linked.memorySize());
    }

    /** Starts the probe through the purgatory, from a processor in which as much is on as the emulated one has. */
    private Console boot32(String name, LinkedPurgatory purgatory) throws Exception {
        ByteBuffer before = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        before.put(code(
                        "b9 80 00 00 c0 " // mov ecx, EFER
                                + "0f 32 " // rdmsr
                                + "0d 01 08 00 00 " // or eax, NXE | SCE
                                + "0f 30 " // wrmsr
                                + "0f 20 e0 " // mov rax, cr4
                                + "0d d8 06 00 00 " // or eax, OSXMMEXCPT | OSFXSR | PGE | MCE | PSE | DE
                                + "0f 22 e0 " // mov cr4, rax
                                + "0f 20 c0 " // mov rax, cr0
                                + "0d 2a 00 05 00 " // or eax, AM | WP | NE | TS | MP
                                + "0f 22 c0 " // mov cr0, rax
                                + "b8")) // mov eax, the entry
                .putInt((int) purgatory.entry())
                .put(code("ff e0")); // jmp rax
        segments.set(0, Probe.segment());
        segments.add(new HandOver.Segment(PURGATORY, purgatory.content()));
        segments.add(new HandOver.Segment(BEFORE, before.flip()));
        return boot(name, BEFORE);
    }

    /** A digest's last block has room for 55 bytes; 56 take one block more. */
    @Test
    void contentOfAnySizeMatches() throws Exception {
        for (int size : new int[] {0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 121, 127, 128, 129, 183}) {
            segment("of " + size, random(size), random(size));
        }
        assertThat(boot("sizes", purgatory(MismatchAction.RESET, COM1)).text()).isEqualTo("""
                        kexec4j purgatory: checking 16 segments
                        kexec4j purgatory: 16 segments match, starting the kernel at 0x300000
                        !""");
    }

    /** At 0x2f8 there is nothing. The status of a UART at 0x5f is that of the keyboard controller: never ready to send. */
    @ParameterizedTest
    @ValueSource(ints = {SerialConsole.COM2, 0x5f})
    void aMachineWithoutAWorkingConsoleIsResetInsteadOfHalted(int port) throws Exception {
        segment("damaged", random(1), random(2));
        SerialConsole console = new SerialConsole(port, SerialConsole.KEEP_BAUD);

        assertThat(boot("no-console-%x".formatted(port), purgatory(MismatchAction.HALT, console))
                        .text())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {SerialConsole.KEEP_BAUD, 115_200})
    void aDivisorLatchThatWasLeftOpenIsClosed(int baud) throws Exception {
        long entry = purgatory(MismatchAction.RESET, new SerialConsole(SerialConsole.COM1, baud));
        ByteBuffer before = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        before.put(code(
                        "66 ba fb 03 " // mov dx, 0x3fb
                                + "b0 83 " // mov al, 0x83
                                + "ee " // out dx, al
                                + "b8")) // mov eax, the entry
                .putInt((int) entry)
                .put(code("ff e0")); // jmp rax
        segments.add(new HandOver.Segment(FIRST_SEGMENT, before.flip()));

        assertThat(boot("divisor-latch-" + baud, FIRST_SEGMENT).text())
                .isEqualTo("kexec4j purgatory: segments are not checked, starting the kernel at 0x300000\n!");
    }
}

package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.examples.bootmatrix.Arm64HandOver.Board;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.purgatory.Arm64Exit;
import io.kexec4j.purgatory.Arm64Purgatory;
import io.kexec4j.purgatory.Arm64PurgatorySettings;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.PsciConduit;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The arm64 purgatory alone, in front of the tiny kernel, at EL1 and EL2. */
@ExtendWith(MatrixExtension.class)
class Arm64PurgatoryHandOverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long PURGATORY = 0x4010_0000;
    private static final long BEFORE = 0x4018_0000;
    private static final long KERNEL = 0x4060_0000;
    private static final long DEVICE_TREE = 0x4800_0008;
    /** Ends in pages beyond a block of 2 MiB. */
    private static final long SEGMENT = 0x441f_f000;

    private static final int CONTENT_SIZE = 0x40_1234;
    private static final int MEMORY_SIZE = 0x40_5000;

    /** Where RAM plays a UART. */
    private static final long NO_UART = 0x4700_0000;

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private static Matrix.Row row(String second, String path) {
        return new Matrix.Row("aarch64", "none", second, "none", "hand-over, " + path, false);
    }

    private static byte[] content() {
        byte[] content = new byte[CONTENT_SIZE];
        new Random(64).nextBytes(content);
        return content;
    }

    private static byte[] damagedContent() {
        byte[] damaged = Arrays.copyOf(content(), MEMORY_SIZE);
        damaged[0x20_0000] ^= 1;
        damaged[MEMORY_SIZE - 8] = 1;
        return damaged;
    }

    @ParameterizedTest
    @CsvSource({
        "'EL1', virt, cortex-a57, true, true",
        "'EL1, no SHA-2 instructions', virt, cortex-a57, true, false",
        "'EL1, no cache', virt, cortex-a57, false, true",
        "'EL1, no cache, no SHA-2 instructions', virt, cortex-a57, false, false",
        "'EL1, new processor', virt, max, true, true",
        "'EL2', 'virt,virtualization=on', cortex-a57, true, true",
        "'EL2, new processor', 'virt,virtualization=on', max, true, true",
        "'EL2, new processor, no SHA-2 instructions', 'virt,virtualization=on', max, true, false",
    })
    void soundSegmentsStartTheKernel(
            String path, String board, String processor, boolean cache, boolean sha2, Matrix matrix) throws Throwable {
        matrix.row(row("kexec4j tiny", path), () -> {
            Board machine = new Board(board, processor);
            LinkedPurgatory linked = link(settings(machine).useCache(cache).useSha2(sha2));
            Console console = boot(path, machine, segments(linked, content()), linked.entry());
            assertStarted(console, board.equals(Board.AT_EL2) ? 2 : 1);
        });
    }

    /** As Linux leaves a processor whose EL2 it runs in itself. Vector registers are then closed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHostInEl2MayLeaveItsExtensionsOn(boolean cache, Matrix matrix) throws Throwable {
        String path = cache ? "EL2, VHE" : "EL2, VHE, no cache";
        matrix.row(row("kexec4j tiny", path), () -> {
            Board machine = new Board(Board.AT_EL2, "max");
            LinkedPurgatory linked = link(settings(machine).useCache(cache));
            Console console = boot(path, machine, withHostExtensions(linked, content()), BEFORE);
            assertStarted(console, 2);
            console.get("\"hcr_el2\": \"0x488000000\"");
        });
    }

    private static void assertStarted(Console console, int level) {
        assertThat(console.text())
                .startsWith("""
                        kexec4j purgatory: checking 1 segment
                        kexec4j purgatory: 1 segment matches, starting the kernel at 0x40600000
                        {"kernel": "kexec4j tiny\"""")
                .contains("\"registers\": {\"x0\": \"0x48000008\", \"x1\": \"0x0\", \"x2\": \"0x0\", \"x3\": \"0x0\"}, "
                        + "\"current_el\": " + level + ", \"mmu\": false, \"data_cache\": false, ")
                .contains("\"daif\": \"0x3c0\"")
                .endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }

    @ParameterizedTest
    @CsvSource({
        "EL1, virt, cortex-a57",
        "'EL2, new processor', 'virt,virtualization=on', max",
    })
    void damagedSegmentsResetTheMachine(String path, String board, String processor, Matrix matrix) throws Throwable {
        matrix.row(row("damaged, not started", path), () -> {
            Board machine = new Board(board, processor);
            LinkedPurgatory linked = link(settings(machine));
            Console console = boot("damaged, " + path, machine, segments(linked, damagedContent()), linked.entry());
            assertThat(console.text())
                    .contains("kexec4j purgatory: segment initrd at 0x441ff000 does not match its digest\n  expected "
                            + Sha256.of(ByteBuffer.wrap(content())) + "\n  found    "
                            + Sha256.of(ByteBuffer.wrap(damagedContent(), 0, CONTENT_SIZE)))
                    .contains("segment initrd at 0x441ff000 has data after its content, at 0x44603ff8")
                    .endsWith("kexec4j purgatory: 1 segment is damaged, resetting the machine");
        });
    }

    @Test
    void damagedSegmentsHaltTheMachine(Matrix matrix) throws Throwable {
        matrix.row(row("damaged, not started", "EL1, halt"), () -> {
            LinkedPurgatory linked = link(settings(Board.EL1).onMismatch(MismatchAction.HALT));
            List<HandOver.Segment> segments = segments(linked, damagedContent());
            try (Guest guest = Arm64HandOver.start(name("halt"), Board.EL1, segments, linked.entry())) {
                assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                        .isTrue();
                assertThatThrownBy(() -> guest.awaitEnd(Duration.ofSeconds(1))).hasMessageContaining("still running");
            }
        });
    }

    /** A UART that is never ready to send costs its time, one whose status is all ones is taken for none. */
    @ParameterizedTest
    @CsvSource({"UART not there, -1", "UART never ready, 0"})
    void aMachineWithoutAWorkingConsoleIsResetInsteadOfHalted(String path, byte status, Matrix matrix)
            throws Throwable {
        matrix.row(row("damaged, not started", "EL1, halt, " + path), () -> {
            LinkedPurgatory linked = link(settings(Board.EL1)
                    .onMismatch(MismatchAction.HALT)
                    .console(new MmioUart(MmioUart.Type.I8250, NO_UART, 0, 1)));
            byte[] registers = new byte[8];
            Arrays.fill(registers, status);
            List<HandOver.Segment> segments = segments(linked, damagedContent());
            segments.add(new HandOver.Segment(NO_UART, ByteBuffer.wrap(registers)));
            assertThat(boot(path, Board.EL1, segments, linked.entry()).text()).isEmpty();
        });
    }

    /**
     * The second UART of a Raspberry Pi 3 is of the 8250 family as far as the purgatory needs one. QEMU takes a raw file for a Linux,
     * which it starts at EL2. There is no PSCI, and so no end.
     */
    @Test
    void messagesGoToAnI8250(Matrix matrix) throws Throwable {
        matrix.row(row("kexec4j tiny", "EL2, 8250 console"), () -> {
            LinkedPurgatory linked = Arm64Purgatory.instance()
                    .link(
                            0x100_0000,
                            Arm64PurgatorySettings.builder(new Arm64Exit(0x200_0000, 0x300_0000))
                                    .checks(List.of(new SegmentCheck(
                                            "kernel",
                                            0x200_0000,
                                            kernel().limit(),
                                            kernel().limit(),
                                            Sha256.of(kernel()))))
                                    .console(new MmioUart(MmioUart.Type.I8250, 0x3f21_5040, 2, 4))
                                    .build());
            List<HandOver.Segment> segments = List.of(
                    new HandOver.Segment(0x100_0000, linked.content()),
                    new HandOver.Segment(0x200_0000, kernel()),
                    new HandOver.Segment(0x300_0000, treeOfRaspberryPi().write()));
            try (Guest guest = startRaspberryPi(segments, linked.entry())) {
                assertThat(guest.await("^KEXEC4J-TINY-KERNEL-DONE$", PATIENCE)).isTrue();
                assertThat(guest.await(
                                "^kexec4j purgatory: 1 segment matches, starting the kernel at 0x2000000$",
                                Duration.ZERO))
                        .isTrue();
                assertThat(guest.await("\"current_el\": 2, .*\"address\": \"0x3f201000\"", Duration.ZERO))
                        .isTrue();
            }
        });
    }

    /** The kernel prints on the first UART. */
    private static EditableTree treeOfRaspberryPi() {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(1)).set("#size-cells", PropertyValue.ofCells(1));
        tree.root().add("chosen").set("stdout-path", PropertyValue.ofStrings("/serial@3f201000"));
        tree.root()
                .add("serial@3f201000")
                .set("compatible", PropertyValue.ofStrings("arm,pl011"))
                .set("reg", PropertyValue.ofCells(0x3f20_1000, 0x1000));
        return tree;
    }

    private static Guest startRaspberryPi(List<HandOver.Segment> segments, long entry) throws Exception {
        Path before = Path.of("target", "segments", "raspberry-pi-before");
        Files.createDirectories(before.getParent());
        Files.write(before, jump("", entry).array());
        List<String> command =
                new ArrayList<>(List.of(Lab.tool("qemu-system-aarch64").toString()));
        command.addAll(List.of("-M", "raspi3b", "-accel", "tcg", "-display", "none", "-nodefaults", "-no-reboot"));
        command.addAll(List.of("-monitor", "none", "-chardev", "stdio,id=both,mux=on"));
        command.addAll(List.of("-serial", "chardev:both", "-serial", "chardev:both", "-kernel", before.toString()));
        for (HandOver.Segment segment : segments) {
            command.addAll(List.of("-device", segment.loader()));
        }
        return Guest.run(name("8250"), command);
    }

    private static Arm64PurgatorySettings.Builder settings(Board machine) {
        return Arm64PurgatorySettings.builder(new Arm64Exit(KERNEL, DEVICE_TREE))
                .checks(List.of(new SegmentCheck(
                        "initrd", SEGMENT, CONTENT_SIZE, MEMORY_SIZE, Sha256.of(ByteBuffer.wrap(content())))))
                .console(MmioUart.pl011(Arm64HandOver.UART))
                .psci(machine.name().equals(Board.AT_EL2) ? PsciConduit.SMC : PsciConduit.HVC);
    }

    private static LinkedPurgatory link(Arm64PurgatorySettings.Builder settings) {
        return Arm64Purgatory.instance().link(PURGATORY, settings.build());
    }

    private static ByteBuffer kernel() throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(Lab.tinyArm64Image()));
    }

    private static List<HandOver.Segment> segments(LinkedPurgatory linked, byte[] checked) throws Exception {
        return new ArrayList<>(List.of(
                new HandOver.Segment(PURGATORY, linked.content()),
                new HandOver.Segment(KERNEL, kernel()),
                new HandOver.Segment(SEGMENT, ByteBuffer.wrap(checked))));
    }

    private static List<HandOver.Segment> withHostExtensions(LinkedPurgatory linked, byte[] checked) throws Exception {
        List<HandOver.Segment> segments = segments(linked, checked);
        segments.add(new HandOver.Segment(
                BEFORE,
                jump(
                        "00 00 b1 d2 " // mov x0, RW | TGE
                                + "80 00 c0 f2 " // movk x0, E2H
                                + "00 11 1c d5 " // msr hcr_el2, x0
                                + "df 3f 03 d5 ", // isb
                        linked.entry())));
        return segments;
    }

    /** Board code that ends in a jump. */
    private static ByteBuffer jump(String before, long entry) {
        byte[] code = HEX.parseHex(before
                + "41 00 00 58 " // ldr x1, the entry
                + "20 00 1f d6"); // br x1
        return ByteBuffer.allocate(code.length + Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(code)
                .putLong(entry)
                .flip();
    }

    private static Console boot(String path, Board machine, List<HandOver.Segment> segments, long entry)
            throws Exception {
        return Arm64HandOver.boot(name(path), machine, segments, entry);
    }

    private static String name(String path) {
        return "purgatory-arm64-" + path.replaceAll("[ ,]+", "-");
    }
}

package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.purgatory.BackupCopy;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.purgatory.Sha256;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import io.kexec4j.purgatory.X86Registers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The purgatory copies memory between a program that fills it, as the old kernel, and one that overwrites it at once, as the new
 * kernel. What the copy has is read out of the machine's memory afterwards.
 */
@ExtendWith(MatrixExtension.class)
class BackupHandOverTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MEBIBYTES = 64;

    private static final long PURGATORY = 0x20_0000;
    private static final long NEW_KERNEL = 0x30_0000;
    private static final long OLD_KERNEL = 0x50_0000;
    private static final long ORIGINAL = 0x60_0000;
    private static final long SOURCE = 0x80_0000;
    private static final long TARGET = 0x100_0000;

    /** A segment around the copy, and some memory of it that the copy must leave alone on both sides. */
    private static final long MARGIN = 0x1000;

    private static final String COPYING = "kexec4j purgatory: copying 0x%x bytes from 0x%x to 0x%x";
    private static final Sha256 NOTHING = Sha256.of(ByteBuffer.allocate(0));

    /** What there is below the memory of the BIOS, from the second page on: 635 KiB. */
    @Test
    void lowMemoryIsAsTheOldKernelLeftIt(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row("x86_64", "none", "none", "none", "hand-over, backup of low memory", false),
                () -> assertCopied("backup-low", new BackupCopy(0x1000, TARGET, 0x9_ec00)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "0, 0, 7", "0, 0, 8", "8, 16, 4107", "3, 0, 257", "0, 5, 16", "1, 1, 9"})
    void anyPlaceAndSizeWillDo(long fromSource, long fromTarget, long size) throws Exception {
        assertCopied(
                "backup-%d-%d-%d".formatted(fromSource, fromTarget, size),
                new BackupCopy(SOURCE + fromSource, TARGET + fromTarget, size));
    }

    private static void assertCopied(String name, BackupCopy copy) throws Exception {
        byte[] content = random((int) copy.size());
        Screen monitor = new Screen(name);
        try (Guest guest = start(name, monitor, copy, content, checkOfTarget(copy))) {
            assertThat(guest.await("^!$", PATIENCE)).as("the new kernel runs").isTrue();

            byte[] source = memory(monitor, name, copy.source(), copy.size());
            assertThat(source).as("what the new kernel wrote").containsOnly(0xff);
            byte[] around = memory(monitor, name, copy.target() - MARGIN, copy.size() + 2 * MARGIN);
            ByteBuffer expected = ByteBuffer.allocate(around.length).put((int) MARGIN, content);
            assertThat(ByteBuffer.wrap(around)).isEqualTo(expected);

            assertThat(guest.await("^kexec4j purgatory: checking 1 segment$", Duration.ZERO))
                    .isTrue();
            assertThat(guest.await("^" + message(copy) + "$", Duration.ZERO)).isTrue();
            assertThat(guest.await(
                            "^kexec4j purgatory: 1 segment matches, starting the kernel at 0x300000$", Duration.ZERO))
                    .isTrue();
        }
    }

    /** The room for the copy is zero when it is checked, so the check comes first. */
    @Test
    void nothingIsCopiedIntoADamagedImage() throws Exception {
        BackupCopy copy = new BackupCopy(SOURCE, TARGET, 0x1000);
        SegmentCheck damaged = new SegmentCheck("damaged", NEW_KERNEL, 0, 0x1000, NOTHING);
        Screen monitor = new Screen("backup-damaged");
        try (Guest guest = start("backup-damaged", monitor, copy, random(0x1000), damaged)) {
            assertThat(guest.await("^kexec4j purgatory: 1 segment is damaged, halted$", PATIENCE))
                    .isTrue();

            assertThat(memory(monitor, "backup-damaged", SOURCE, 0x1000)).isEqualTo(random(0x1000));
            assertThat(memory(monitor, "backup-damaged", TARGET, 0x1000)).containsOnly(0);
            assertThat(guest.await("copying", Duration.ZERO)).isFalse();
        }
    }

    private static String message(BackupCopy copy) {
        return COPYING.formatted(copy.size(), copy.source(), copy.target());
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** That the pages of the copy, and one more on each side, are zero. */
    private static SegmentCheck checkOfTarget(BackupCopy copy) {
        long start = TARGET - MARGIN;
        long end = copy.target() + copy.size() + MARGIN + 0xfff & -0x1000L;
        return new SegmentCheck("backup", start, 0, end - start, NOTHING);
    }

    private static Guest start(String name, Screen monitor, BackupCopy copy, byte[] content, SegmentCheck check)
            throws IOException {
        LinkedPurgatory purgatory = X86Purgatory.instance()
                .link(
                        PURGATORY,
                        X86PurgatorySettings.builder(X86Registers.linux64(NEW_KERNEL, 0))
                                .checks(List.of(check))
                                .onMismatch(MismatchAction.HALT)
                                .console(new SerialConsole(SerialConsole.COM1, 115_200))
                                .backup(copy)
                                .build());
        List<HandOver.Segment> segments = new ArrayList<>(List.of(
                new HandOver.Segment(PURGATORY, purgatory.content()),
                new HandOver.Segment(ORIGINAL, ByteBuffer.wrap(content)),
                new HandOver.Segment(OLD_KERNEL, oldKernel(copy, purgatory.entry())),
                new HandOver.Segment(NEW_KERNEL, newKernel(copy))));
        return HandOver.start(name, MEBIBYTES, segments, OLD_KERNEL, monitor.arguments());
    }

    /** Puts the original where the copy is made of, when the firmware does not use that any more, and starts the purgatory. */
    private static ByteBuffer oldKernel(BackupCopy copy, long entry) {
        return new Code()
                .with("be", ORIGINAL) // mov esi, original
                .with("bf", copy.source()) // mov edi, source
                .with("b9", copy.size()) // mov ecx, size
                .with("f3 a4") // rep movsb
                .with("b8", entry) // mov eax, entry
                .with("ff e0") // jmp rax
                .bytes();
    }

    /** Overwrites what was copied, says that it has done so, and waits. */
    private static ByteBuffer newKernel(BackupCopy copy) {
        return new Code()
                .with("bf", copy.source()) // mov edi, source
                .with("b9", copy.size()) // mov ecx, size
                .with("b0 ff") // mov al, 0xff
                .with("f3 aa") // rep stosb
                .with("66 ba f8 03") // mov dx, 0x3f8
                .with("b0 21 ee") // mov al, '!'; out dx, al
                .with("b0 0a ee") // mov al, '\n'; out dx, al
                .with("f4 eb fd") // hlt; jmp back to it
                .bytes();
    }

    private static byte[] memory(Screen monitor, String name, long address, long size) throws IOException {
        Path file = Path.of("target", "screens", "%s-%x.memory".formatted(name, address));
        monitor.command("pmemsave 0x%x %d \"%s\"".formatted(address, size, file));
        return Files.readAllBytes(file);
    }

    /** 64-bit machine code. */
    private static final class Code {
        private final ByteBuffer code = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);

        Code with(String hex) {
            code.put(HexFormat.ofDelimiter(" ").parseHex(hex));
            return this;
        }

        /** An instruction with a number of 32 bits at its end. */
        Code with(String hex, long number) {
            with(hex);
            code.putInt(Math.toIntExact(number));
            return this;
        }

        ByteBuffer bytes() {
            return code.flip();
        }
    }
}

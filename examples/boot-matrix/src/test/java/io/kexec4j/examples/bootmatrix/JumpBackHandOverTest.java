package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.boot.x86.JumpBackImage;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import io.kexec4j.purgatory.X86Registers;
import io.kexec4j.target.Target;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a kernel does that starts another one and goes on afterwards, played by a few instructions: it calls the image, which finds
 * where to return to, and returns by an image of its own.
 */
@ExtendWith(MatrixExtension.class)
class JumpBackHandOverTest {
    private static final long MIB = 1 << 20;
    private static final SerialConsole COM1 = new SerialConsole(SerialConsole.COM1, SerialConsole.KEEP_BAUD);

    private static Target machine(long start, long end) {
        return Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(start, end), RegionType.RAM))))
                .build();
    }

    private static ByteBuffer code() {
        return ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] hex(String bytes) {
        return HexFormat.ofDelimiter(" ").parseHex(bytes);
    }

    @Test
    void theSecondKernelIsToldWhereTheFirstOneWaitsAndWhatItMayUse(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row("x86_64", "none", "kexec4j tiny", "bzImage", "hand-over, context preserved", false),
                () -> {
                    long caller = 0x200000;
                    Target target = machine(16 * MIB, 500 * MIB);
                    KexecImage image = KexecImageBuilder.forTarget(target)
                            .kernel(KernelFile.parse(Content.ofFile(Lab.tinyKernel())))
                            .commandLine("quiet")
                            .option(X86Option.PRESERVE_CONTEXT)
                            .within(new PhysicalRange(0, 128 * MIB))
                            .verification(new Verification(true, MismatchAction.RESET, Optional.of(COM1)))
                            .build();
                    List<HandOver.Segment> segments = new ArrayList<>();
                    for (Segment segment : image.segments()) {
                        if (segment.role() != SegmentRole.BACKUP) {
                            segments.add(new HandOver.Segment(
                                    segment.range().start(),
                                    segment.content().slices().get(0)));
                        }
                    }
                    ByteBuffer call = code().put(hex("b8")) // mov eax
                            .putInt((int) image.entry())
                            .put(hex("ff d0")); // call rax
                    long back = caller + call.position();
                    segments.add(new HandOver.Segment(caller, call.flip()));

                    Console console = HandOver.boot("hand-over-preserved", 512, segments, caller);
                    console.get("^kexec4j purgatory: 2 segments match, starting the kernel at 0x");
                    assertThat(console.get("\"command_line\": \"(.*)\"").group(1))
                            .isEqualTo("quiet kexec_jump_back_entry=0x%016x".formatted(back));
                    assertThat(E820.ofTinyKernel(console))
                            .as("no RAM that the running kernel does not keep")
                            .containsExactly(
                                    new E820(16 * MIB, 128 * MIB - 1, 1), new E820(128 * MIB, 500 * MIB - 1, 2));
                    assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
                });
    }

    /** The first kernel waits above 5 GiB, and the page tables of the second one end at 1 GiB. */
    @Test
    void theSecondKernelReturns(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("x86_64", "none", "none", "none", "hand-over, jump back", false), () -> {
            long first = 0x1_4000_0000L;
            long second = 0x300000;
            long tables = 0x600000;
            long purgatory = 0x200000;
            int back = 22;
            int called = 25;
            LinkedPurgatory there = X86Purgatory.instance()
                    .link(
                            purgatory,
                            X86PurgatorySettings.builder(X86Registers.linux64(second, 0))
                                    .console(COM1)
                                    .build());
            KexecImage helper = JumpBackImage.of(machine(16 * MIB, 64 * MIB), new PhysicalRange(0, -1), first + back);

            ByteBuffer caller = code().put(hex("48 bc"))
                    .putLong(first + 0x2000) // mov rsp
                    .put(hex("48 b8"))
                    .putLong(there.entry()) // mov rax
                    .put(hex("ff d0")); // call rax
            assertThat(caller.position()).isEqualTo(back);
            caller.put(hex("48 8b 04 24 48 3d")) // mov rax, [rsp]; cmp rax
                    .putInt((int) second + called)
                    .put(hex(
                            "0f 94 c0 04 30 " // sete al; add al, '0'
                                    + "66 ba f8 03 ee " // mov dx, 0x3f8; out dx, al
                                    + "66 ba 04 06 66 b8 00 20 66 ef eb fe")); // off
            ByteBuffer callee = code().put(hex("48 b8"))
                    .putLong(tables) // mov rax
                    .put(hex("0f 22 d8 48 b8")) // mov cr3, rax; mov rax
                    .putLong(helper.entry())
                    .put(hex("ff d0")); // call rax
            assertThat(callee.position()).isEqualTo(called);

            List<HandOver.Segment> segments = new ArrayList<>(List.of(
                    new HandOver.Segment(first, caller.flip()),
                    new HandOver.Segment(second, callee.flip()),
                    new HandOver.Segment(purgatory, there.content()),
                    new HandOver.Segment(tables, firstGigabyte(tables))));
            for (Segment segment : helper.segments()) {
                segments.add(new HandOver.Segment(
                        segment.range().start(), segment.content().slices().get(0)));
            }
            assertThat(HandOver.boot("hand-over-jump-back", 6144, segments, first)
                            .text())
                    .isEqualTo("kexec4j purgatory: segments are not checked, starting the kernel at 0x300000\n1");
        });
    }

    /** Page tables of 4 levels in three pages. */
    private static ByteBuffer firstGigabyte(long address) {
        ByteBuffer tables = ByteBuffer.allocate(3 * 4096).order(ByteOrder.LITTLE_ENDIAN);
        tables.putLong(0, address + 0x1003).putLong(0x1000, address + 0x2003);
        for (int i = 0; i < 512; i++) {
            tables.putLong(0x2000 + i * 8, (long) i << 21 | 0x83);
        }
        return tables;
    }
}

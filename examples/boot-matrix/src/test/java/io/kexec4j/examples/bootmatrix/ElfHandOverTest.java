package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.Target;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whole images of a 32-bit ELF program, the probe, which prints what it finds in its registers. */
@ExtendWith(MatrixExtension.class)
class ElfHandOverTest {
    private static final long MIB = 1 << 20;

    /** Without what the launcher uses, and the firmware for its tables. */
    private static final Target MACHINE = Target.builder(
                    Architecture.X86_64,
                    new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(2 * MIB, 48 * MIB), RegionType.RAM))))
            .build();

    private static KexecImage image(X86Option arguments) throws Exception {
        return KexecImageBuilder.forTarget(MACHINE)
                .kernel(ElfKernel.parse(Content.of(Probe.file())))
                .option(arguments)
                .verification(new Verification(
                        true,
                        MismatchAction.RESET,
                        Optional.of(new SerialConsole(SerialConsole.COM1, SerialConsole.KEEP_BAUD))))
                .build();
    }

    private static Map<String, Long> boot(String name, KexecImage image) throws Exception {
        Console console = HandOver.boot(name, 128, image);
        console.get("match(es)?, starting the kernel at 0x300000$");
        return Probe.found(console);
    }

    private static long start(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow().range().start();
    }

    @Test
    void bootNotesAreOnTheStackAndInRegisters(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("x86_64", "none", "probe", "ELF, boot notes", "hand-over, 32-bit", false), () -> {
            KexecImage image = image(X86Option.ARGS_ELF);
            Map<String, Long> found = boot("hand-over-elf-notes", image);
            Segment information = image.segment(SegmentRole.BOOT_INFORMATION).orElseThrow();
            long base = information.range().start();
            ByteBuffer content = information.content().slices().get(0).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(found).containsAllEntriesOf(Probe.PROTECTED_MODE).containsEntry("eax", 0x0e1f_b007L);
            int stack = (int) (Probe.found(found, "esp") - base);
            assertThat(content.getInt(stack)).as("return address").isZero();
            assertThat(Integer.toUnsignedLong(content.getInt(stack + 4)))
                    .as("first argument")
                    .isEqualTo(Probe.found(found, "ebx"));
            assertThat(content.getInt((int) (Probe.found(found, "ebx") - base))).isEqualTo(0x0e1fb007);
        });
    }

    @Test
    void bootParamsAreInEsi() throws Exception {
        KexecImage image = image(X86Option.ARGS_LINUX);
        assertThat(boot("hand-over-elf-linux", image))
                .containsAllEntriesOf(Probe.PROTECTED_MODE)
                .containsEntry("esi", start(image, SegmentRole.BOOT_PARAMS))
                .containsEntry("ebx", 0L)
                .containsEntry("ebp", 0L)
                .containsEntry("edi", 0L);
    }

    @Test
    void nothingIsNothing() throws Exception {
        assertThat(boot("hand-over-elf-none", image(X86Option.ARGS_NONE)))
                .containsAllEntriesOf(Probe.PROTECTED_MODE)
                .containsAllEntriesOf(
                        Map.of("eax", 0L, "ebx", 0L, "ecx", 0L, "edx", 0L, "esi", 0L, "edi", 0L, "ebp", 0L));
    }
}

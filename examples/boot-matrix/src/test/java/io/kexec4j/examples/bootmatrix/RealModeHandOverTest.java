package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kernels whose setup code runs in real mode and asks QEMU's BIOS, which is as it was before anything else ran. */
@ExtendWith(MatrixExtension.class)
class RealModeHandOverTest {
    private static final long MIB = 1 << 20;

    /** Nothing of this is told to the second kernel: there is less than the machine has, and where the launcher is not. */
    private static final Target MACHINE = Target.builder(
                    Architecture.X86_64,
                    new MemoryMap(List.of(
                            new MemoryRegion(new PhysicalRange(0x1000, 0x9f000), RegionType.RAM),
                            new MemoryRegion(new PhysicalRange(16 * MIB, 500 * MIB), RegionType.RAM))))
            .build();

    private static final Content INITRD = Content.of("an initrd".repeat(10_000).getBytes(StandardCharsets.US_ASCII));

    private static KexecImage image() throws Exception {
        return KexecImageBuilder.forTarget(MACHINE)
                .kernel(KernelFile.parse(Content.ofFile(Lab.tinyKernel())))
                .initrd(INITRD)
                .commandLine("from=real-mode")
                .option(X86Option.REAL_MODE)
                .verification(new Verification(
                        true,
                        MismatchAction.RESET,
                        Optional.of(new SerialConsole(SerialConsole.COM1, SerialConsole.KEEP_BAUD))))
                .build();
    }

    @Test
    void theSetupCodeAsksTheBios(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("x86_64", "none", "kexec4j tiny", "bzImage", "hand-over, real mode", true), () -> {
            KexecImage image = image();
            LowSegments low = LowSegments.of(image);
            Console console = HandOver.boot("hand-over-real-mode", 512, low.segments(), low.entry());

            PhysicalRange setup =
                    image.segment(SegmentRole.SETUP_CODE).orElseThrow().range();
            console.get("^kexec4j purgatory: 3 segments match, starting the kernel at 0x%x$"
                    .formatted(setup.start() + 0x200));
            assertThat(console.get("\"command_line\": \"(.*)\"").group(1)).isEqualTo("from=real-mode");
            assertThat(console.get("\"entry\": \"(.*)\"").group(1)).isEqualTo("32-bit");
            assertThat(console.get("\"load_address\": \"(.*)\"").group(1))
                    .isEqualTo("0x%x"
                            .formatted(image.segment(SegmentRole.KERNEL)
                                    .orElseThrow()
                                    .range()
                                    .start()));
            // The setup code has made boot_params, behind itself.
            assertThat(console.get("\"boot_params\": \"(.*)\"").group(1))
                    .isEqualTo("0x%x".formatted(setup.start() + 0x1000));
            assertThat(console.get("\"type_of_loader\": \"(.*)\"").group(1)).isEqualTo("0xd0");
            assertThat(console.get("\"sha256\": \"([0-9a-f]+)\"").group(1))
                    .isEqualTo(INITRD.sha256().toString());
            assertThat(E820.ofTinyKernel(console))
                    .as("the map of QEMU's BIOS for 512 MiB")
                    .contains(new E820(0, 0x9fbff, 1))
                    .anyMatch(range -> range.start() == MIB && range.type() == 1)
                    .doesNotContain(new E820(16 * MIB, 500 * MIB - 1, 1));
            assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
        });
    }
}

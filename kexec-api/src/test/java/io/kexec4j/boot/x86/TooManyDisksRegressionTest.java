package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * kexec-tools writes a description of every disk in /sys/firmware/edd into boot_params without counting them: the seventh lies
 * behind boot_params. Linux copies the count as it is, and forgets that of the signatures.
 */
class TooManyDisksRegressionTest {
    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "1, 2, 1, 2", "6, 16, 6, 16", "7, 17, 6, 16", "255, 255, 6, 16"})
    void noMoreDisksAreToldThanTheTablesHold(int disks, int signatures, int disksTold, int signaturesTold)
            throws IOException {
        byte[] running = new byte[BootParams.SIZE];
        Arrays.fill(running, 0x290, 0x2d0, (byte) 0x11);
        Arrays.fill(running, 0xd00, 0x1000, (byte) 0x22);
        running[0x1e9] = (byte) disks;
        running[0x1ea] = (byte) signatures;
        Target target = Target.builder(
                        Architecture.X86_64, Machines.pc(512 * MIB).memoryMap())
                .bootParams(Content.of(running))
                .build();
        byte[] params = KexecImageBuilder.forTarget(target)
                .kernel(TinyKernel.read().kernel())
                .build()
                .segment(SegmentRole.BOOT_PARAMS)
                .orElseThrow()
                .content()
                .copy(0, BootParams.SIZE);
        assertThat(params[0x1e9]).isEqualTo((byte) disksTold);
        assertThat(params[0x1ea]).isEqualTo((byte) signaturesTold);
        for (int i = 0; i < 64; i++) {
            assertThat(params[0x290 + i]).isEqualTo((byte) (i < 4 * signaturesTold ? 0x11 : 0));
        }
        for (int i = 0; i < 0x300; i++) {
            assertThat(params[0xd00 + i]).isEqualTo((byte) (i < 82 * disksTold ? 0x22 : 0));
        }
    }
}

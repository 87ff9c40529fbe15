package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of cores against the models of QEMU: a program without an operating system prints their identification registers. */
class Arm64CoresQemuTest {
    private static final Path QEMU = Path.of("/usr/bin/qemu-system-aarch64");

    private static final List<String> CORES = List.of(
            "cortex-a35",
            "cortex-a53",
            "cortex-a55",
            "cortex-a57",
            "cortex-a72",
            "cortex-a76",
            "cortex-a78ae",
            "cortex-a710",
            "neoverse-n1",
            "neoverse-v1",
            "neoverse-n2",
            "a64fx");

    /** Prints 16 letters, A for 0, of MIDR_EL1 and of ID_AA64MMFR0_EL1 on QEMU's PL011, and turns the machine off through PSCI. */
    private static final int[] PROGRAM = {
        0xd2a12004, // mov x4, #0x9000000
        0xd5380005, // mrs x5, midr_el1
        0x94000007, // bl hex
        0xd5380705, // mrs x5, id_aa64mmfr0_el1
        0x94000005, // bl hex
        0x52b08000, // mov w0, #0x84000000
        0x321d0000, // orr w0, w0, #8
        0xd4000002, // hvc #0
        0x14000000, // b .
        0x52800207, // hex: mov w7, #16
        0x93c5f0a5, // next: ror x5, x5, #60
        0x12000ca6, // and w6, w5, #15
        0x110104c6, // add w6, w6, #'A'
        0xb9000086, // str w6, [x4]
        0x710004e7, // subs w7, w7, #1
        0x54ffff61, // b.ne next
        0xd65f03c0 // ret
    };

    private static String run(Path program, String core) throws IOException, InterruptedException {
        Process qemu = new ProcessBuilder(
                        QEMU.toString(),
                        "-M",
                        "virt",
                        "-cpu",
                        core,
                        "-accel",
                        "tcg",
                        "-display",
                        "none",
                        "-monitor",
                        "none",
                        "-serial",
                        "stdio",
                        "-device",
                        "loader,file=%s,addr=0x40200000,cpu-num=0".formatted(program))
                .redirectErrorStream(true)
                .start();
        try {
            qemu.getOutputStream().close();
            assertThat(qemu.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new String(qemu.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).strip();
        } finally {
            qemu.destroyForcibly();
        }
    }

    private static long register(String letters) {
        long value = 0;
        for (int i = 0; i < letters.length(); i++) {
            value = value << 4 | letters.charAt(i) - 'A';
        }
        return value;
    }

    /** The newer ones are not known to every QEMU; those of its oldest version in use are. */
    @Test
    void coresAreAsQemuHasThem(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(QEMU), "no " + QEMU);
        ByteBuffer code = ByteBuffer.allocate(PROGRAM.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        code.asIntBuffer().put(PROGRAM);
        Path program = directory.resolve("registers");
        Files.write(program, code.array());
        List<String> compared = new ArrayList<>();
        for (String core : CORES) {
            String output = run(program, core);
            if (!output.contains("unable to find CPU model")) {
                assertIsInTheTable(core, output);
                compared.add(core);
            }
        }
        assertThat(compared)
                .contains("cortex-a35", "cortex-a53", "cortex-a57", "cortex-a72", "cortex-a76", "neoverse-n1", "a64fx");
    }

    private static void assertIsInTheTable(String core, String output) {
        assertThat(output).as(core).matches("[A-P]{32}");
        long midr = register(output.substring(0, 16));
        long features = register(output.substring(16));
        String cpuinfo = Arm64CoresTest.core(0, (int) (midr >>> 24 & 0xff), (int) (midr >>> 4 & 0xfff));
        assertThat(Arm64Cores.parse(cpuinfo)).as(core).contains(Arm64CoresTest.cpu(features));
    }
}

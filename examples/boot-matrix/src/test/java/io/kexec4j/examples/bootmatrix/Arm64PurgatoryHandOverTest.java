package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.purgatory.Arm64Exit;
import io.kexec4j.purgatory.Arm64Purgatory;
import io.kexec4j.purgatory.Arm64PurgatorySettings;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.PsciConduit;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.Sha256;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arm64 purgatory alone, in front of a probe (native/arm64/probe.S) instead of a kernel, at EL1 and EL2. */
class Arm64PurgatoryHandOverTest {
    private static final long PURGATORY = 0x4010_0000;
    private static final long DEVICE_TREE = 0x4800_0008;
    /** Ends in pages beyond a block of 2 MiB. */
    private static final long SEGMENT = 0x441f_f000;

    private static final int CONTENT_SIZE = 0x40_1234;
    private static final int MEMORY_SIZE = 0x40_5000;

    private static byte[] content() {
        byte[] content = new byte[CONTENT_SIZE];
        new Random(64).nextBytes(content);
        return content;
    }

    @ParameterizedTest
    @CsvSource({
        "virt, cortex-a57, true, true, HVC",
        "virt, cortex-a57, true, false, HVC",
        "virt, cortex-a57, false, true, HVC",
        "virt, cortex-a57, false, false, HVC",
        "'virt,virtualization=on', cortex-a57, true, true, SMC",
        "virt, max, true, true, HVC",
        "'virt,virtualization=on', max, true, true, SMC",
        "'virt,virtualization=on', max, true, false, SMC",
    })
    void soundSegmentsStartTheKernel(String machine, String cpu, boolean cache, boolean sha2, PsciConduit psci)
            throws Exception {
        Console console =
                boot(machine, cpu, content(), settings(psci).useCache(cache).useSha2(sha2));
        assertThat(console.text()).startsWith("""
                kexec4j purgatory: checking 1 segment
                kexec4j purgatory: 1 segment matches, starting the kernel at 0x40200000
                x0   0x0000000048000008
                x1   0x0000000000000000
                x2   0x0000000000000000
                x3   0x0000000000000000
                el   0x%016x
                daif 0x00000000000003c0
                """.formatted(psci == PsciConduit.SMC ? 2 : 1));
        long control = Long.parseUnsignedLong(console.get("^sctl 0x(.{16})$").group(1), 16);
        assertThat(control & 5).as("MMU and data cache of SCTLR 0x%x", control).isZero();
    }

    @ParameterizedTest
    @CsvSource({"virt, cortex-a57, HVC", "'virt,virtualization=on', max, SMC"})
    void damagedSegmentsResetTheMachine(String machine, String cpu, PsciConduit psci) throws Exception {
        byte[] damaged = Arrays.copyOf(content(), MEMORY_SIZE);
        damaged[0x20_0000] ^= 1;
        damaged[MEMORY_SIZE - 8] = 1;
        Console console = boot(machine, cpu, damaged, settings(psci));
        assertThat(console.text())
                .contains("kexec4j purgatory: segment initrd at 0x441ff000 does not match its digest\n  expected "
                        + Sha256.of(ByteBuffer.wrap(content())) + "\n  found    "
                        + Sha256.of(ByteBuffer.wrap(damaged, 0, CONTENT_SIZE)))
                .contains("segment initrd at 0x441ff000 has data after its content, at 0x44603ff8")
                .endsWith("kexec4j purgatory: 1 segment is damaged, resetting the machine");
    }

    private static Arm64PurgatorySettings.Builder settings(PsciConduit psci) throws Exception {
        return Arm64PurgatorySettings.builder(new Arm64Exit(probe().header().entry(), DEVICE_TREE))
                .checks(List.of(new SegmentCheck(
                        "initrd", SEGMENT, CONTENT_SIZE, MEMORY_SIZE, Sha256.of(ByteBuffer.wrap(content())))))
                .console(MmioUart.pl011(0x900_0000))
                .psci(psci);
    }

    private static ElfFile probe() throws Exception {
        try (InputStream stream =
                Objects.requireNonNull(Arm64PurgatoryHandOverTest.class.getResourceAsStream("probe-arm64.elf"))) {
            return ElfFile.parse(ByteBuffer.wrap(stream.readAllBytes()));
        }
    }

    private static Console boot(String machine, String cpu, byte[] segment, Arm64PurgatorySettings.Builder settings)
            throws Exception {
        LinkedPurgatory linked = Arm64Purgatory.instance().link(PURGATORY, settings.build());
        ProgramHeader code = probe().programHeaders().get(0);
        List<String> command =
                new ArrayList<>(List.of(Lab.tool("qemu-system-aarch64").toString()));
        command.addAll(List.of("-M", machine, "-cpu", cpu, "-accel", "tcg", "-m", "256", "-display", "none"));
        command.addAll(List.of("-nodefaults", "-no-reboot", "-serial", "stdio", "-monitor", "none"));
        command.addAll(load(PURGATORY, linked.content()));
        command.addAll(load(SEGMENT, ByteBuffer.wrap(segment)));
        command.addAll(load(code.physicalAddress(), probe().content(code)));
        command.addAll(List.of("-device", "loader,addr=0x%x,cpu-num=0".formatted(linked.entry())));
        try (Guest guest = Guest.run("purgatory-arm64", command)) {
            return guest.awaitEnd(Duration.ofMinutes(1));
        }
    }

    private static List<String> load(long address, ByteBuffer content) throws Exception {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        Path file = Path.of("target", "segments", "arm64-%016x.bin".formatted(address));
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return List.of("-device", "loader,file=%s,addr=0x%x,force-raw=on".formatted(file, address));
    }
}

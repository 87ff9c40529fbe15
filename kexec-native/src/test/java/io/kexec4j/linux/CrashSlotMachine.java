package io.kexec4j.linux;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** A machine with memory for a crash kernel, and what is loaded there. */
abstract class CrashSlotMachine {
    static final long REGION = 0x3000_0000;
    static final long MIB = 1 << 20;
    static final String IOMEM = """
            00001000-0009fbff : System RAM
            00100000-3fffffff : System RAM
              08000000-0fffffff : Crash kernel
              30000000-37ffffff : Crash kernel
            """;
    static final String LOADED = "sys/kernel/kexec_crash_loaded";

    @TempDir
    Path root;

    final RecordingSyscalls syscalls = new RecordingSyscalls();
    LinuxAbi abi = LinuxAbi.X86_64;

    Kexec kexec() {
        return new Kexec(call -> new Kexec.Kernel(abi, syscalls), root);
    }

    Machine machine() {
        return new Machine(root);
    }

    /** A machine on which everything fits. */
    Machine goodMachine() {
        return machine()
                .file("proc/iomem", IOMEM)
                .file("proc/meminfo", "MemTotal:        1048576 kB\n")
                .file("proc/self/status", "CapEff:\t000001ffffffffff\nSeccomp:\t0\n")
                .file("proc/self/auxv", auxv(4096))
                .file("proc/sys/kernel/arch", "x86_64\n")
                .file("proc/sys/kernel/osrelease", "7.2.13\n")
                .file("proc/sys/kernel/kexec_load_disabled", "0\n")
                .file("proc/sys/kernel/kexec_load_limit_panic", "-1\n")
                .file("sys/kernel/kexec_crash_size", "268435456\n")
                .file(LOADED, "1\n");
    }

    static byte[] auxv(long pageSize) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.nativeOrder())
                .putLong(33)
                .putLong(0x7fff_0000L)
                .putLong(6)
                .putLong(pageSize)
                .array();
    }

    static KexecImage image(long start, long size, KexecFlag... more) {
        EnumSet<KexecFlag> flags = EnumSet.of(KexecFlag.ON_CRASH, more);
        return new KexecImage(
                Architecture.X86_64,
                4096,
                start,
                List.of(
                        new Segment(
                                SegmentRole.KERNEL,
                                PhysicalRange.ofSize(start, size - 4096),
                                Content.of(new byte[] {1}),
                                "test"),
                        new Segment(
                                SegmentRole.ELFCOREHDR,
                                PhysicalRange.ofSize(start + size - 4096, 4096),
                                Content.EMPTY,
                                "test")),
                flags,
                List.of());
    }

    static KexecFiles files(int kernelSize) {
        return new KexecFiles(
                Architecture.X86_64,
                Content.of(new byte[kernelSize]),
                Optional.empty(),
                "",
                Set.of(KexecFileFlag.ON_CRASH),
                List.of());
    }
}

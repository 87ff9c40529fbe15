package io.kexec4j.crash;

import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CpuNotes;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.KernelMapping;
import java.util.List;

/** What machines tell for a crash, by hand. */
public final class CrashMachines {
    public static final long MIB = 1 << 20;

    /** Where x86 maps all memory, and itself. */
    public static final long PAGE_OFFSET = 0xffff_8880_0000_0000L;

    public static final long KERNEL_TEXT = 0xffff_ffff_8100_0000L;

    private CrashMachines() {}

    /** A PC with 1 GiB, of which the 256 MiB from 512 MiB on are set apart, and two CPUs. */
    public static CrashFacts.Builder pc() {
        return complete(CrashFacts.builder(
                List.of(new PhysicalRange(0x1000, 0x9fc00), new PhysicalRange(MIB, 1024 * MIB)),
                List.of(new PhysicalRange(512 * MIB, 768 * MIB))));
    }

    /** With all that a core header needs. */
    public static CrashFacts.Builder complete(CrashFacts.Builder facts) {
        return facts.cpus(List.of(cpu(0, true), cpu(1, true)), 4)
                .vmcoreinfo(PhysicalRange.ofSize(0x34_5000, 0x1024))
                .kernel(new KernelMapping(KERNEL_TEXT, new PhysicalRange(16 * MIB, 48 * MIB)))
                .directMapOffset(PAGE_OFFSET);
    }

    public static CpuNotes cpu(int number, boolean isOnline) {
        return new CpuNotes(number, isOnline, PhysicalRange.ofSize(0x3ec0_0000L + 0x1000L * number, 368));
    }
}

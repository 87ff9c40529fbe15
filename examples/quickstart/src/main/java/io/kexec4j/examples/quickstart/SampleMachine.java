package io.kexec4j.examples.quickstart;

import static io.kexec4j.memory.RegionType.RAM;
import static io.kexec4j.memory.RegionType.RESERVED;

import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.util.List;

/** A PC with 4 GiB of RAM, described by hand. */
final class SampleMachine {
    private SampleMachine() {}

    static Target target() {
        MemoryMap memory = new MemoryMap(List.of(
                region(0x0, 0x9_fbff, RAM),
                region(0x9_fc00, 0x9_ffff, RESERVED),
                region(0xf_0000, 0xf_ffff, RESERVED),
                region(0x10_0000, 0xbfff_dfffL, RAM),
                region(0xbfff_e000L, 0xbfff_ffffL, RESERVED),
                region(0xfffc_0000L, 0xffff_ffffL, RESERVED),
                region(0x1_0000_0000L, 0x1_3fff_ffffL, RAM)));
        return Target.builder(Architecture.X86_64, memory)
                .commandLine("BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro")
                .build();
    }

    private static MemoryRegion region(long first, long last, RegionType type) {
        return new MemoryRegion(PhysicalRange.ofInclusive(first, last), type);
    }
}

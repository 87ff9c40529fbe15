package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.OpalFirmware;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;

/**
 * Starts an image for ppc64 on a machine without a hypervisor, where OPAL is the firmware. It takes no launcher: OPAL starts a
 * kernel of a few instructions, which goes to the image's entry in the byte order of the old kernel. There is one processor, and
 * address 0 remains OPAL's.
 */
final class OpalHandOver {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * What an image may take: OPAL begins below that, with a device tree of QEMU's, and moves to 768 MiB; and at 512 MiB is the kernel
     * that it starts.
     */
    static final PhysicalRange FREE = new PhysicalRange(0x200_0000, 0x2000_0000);

    static final long RAM_SIZE = 0x4000_0000;

    private static final String MEBIBYTES = "1024";

    /** Where a kernel is linked; OPAL runs it where it lies. */
    private static final long LINKED_AT = 0xc000_0000_0000_0000L;

    /** e_flags of a file whose entry is an instruction, not a descriptor. */
    private static final int ELF_V2 = 2;

    private static final int PAGE_SIZE = 0x1000;

    private static final int PROCESSOR = 0;

    private OpalHandOver() {}

    /** Boots segments in {@link #FREE} and waits until they have switched the machine off or reset it. */
    static Console boot(String name, ByteOrder old, List<HandOver.Segment> segments, long entry)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>();
        for (HandOver.Segment segment : segments) {
            check(segment);
            arguments.addAll(List.of("-device", segment.loader()));
        }
        return boot(name, oldKernel(name, old, entry), arguments);
    }

    /** Boots a kernel by OPAL, and waits until it has switched the machine off or reset it. */
    static Console boot(String name, Path kernel, List<String> more) throws IOException, InterruptedException {
        List<String> command = command(kernel);
        // The board's controller is what switches it off.
        command.addAll(List.of("-device", "ipmi-bmc-sim,id=bmc", "-device", "isa-ipmi-bt,bmc=bmc,irq=10"));
        command.addAll(List.of("-monitor", "none"));
        command.addAll(more);
        try (Guest guest = Guest.run(name, command)) {
            return guest.awaitEnd(PATIENCE);
        }
    }

    private static void check(HandOver.Segment segment) {
        long end = segment.address() + segment.content().remaining();
        if (segment.address() < FREE.start() || end > FREE.end()) {
            throw new IllegalArgumentException(
                    "a segment at 0x%x is in the way of the firmware".formatted(segment.address()));
        }
    }

    private static List<String> command(Path kernel) {
        List<String> command = new ArrayList<>(
                List.of(Lab.tool("qemu-system-ppc64").toString(), "-M", "powernv9", "-accel", "tcg", "-m", MEBIBYTES));
        command.addAll(List.of("-display", "none", "-nodefaults", "-no-reboot", "-serial", "stdio"));
        command.addAll(List.of("-kernel", kernel.toString()));
        return command;
    }

    /** The device tree that OPAL makes for a kernel. */
    static Fdt tree() throws IOException, InterruptedException {
        Monitor monitor = new Monitor("opal-tree");
        List<String> command = command(Lab.tinyPpc64(ByteOrder.BIG_ENDIAN));
        command.addAll(monitor.arguments());
        try (Guest guest = Guest.run("opal-tree", command)) {
            assertThat(guest.await("^KEXEC4J-TINY-KERNEL-DONE$", PATIENCE)).isTrue();
            MatchResult tree =
                    guest.console().get("\"device_tree\": \\{\"address\": \"0x(\\w+)\", \"totalsize\": (\\d+)");
            Path file = Path.of("target", "segments", "opal.dtb");
            Files.createDirectories(file.getParent());
            monitor.saveMemory(Long.parseUnsignedLong(tree.group(1), 16), Long.parseLong(tree.group(2)), file);
            return Fdt.read(file);
        }
    }

    /** Where OPAL says that it is, which is another place in each of its versions. */
    static OpalFirmware firmware() throws IOException, InterruptedException {
        Console console = boot("opal", Lab.tinyPpc64(ByteOrder.BIG_ENDIAN), List.of());
        MatchResult registers = console.get("\"r8\": \"0x(\\w+)\", \"r9\": \"0x(\\w+)\"");
        return new OpalFirmware(
                Long.parseUnsignedLong(registers.group(1), 16), Long.parseUnsignedLong(registers.group(2), 16));
    }

    private static Path oldKernel(String name, ByteOrder old, long entry) throws IOException {
        int code = 8 * Integer.BYTES;
        // In a big-endian file without sections, OPAL takes the entry for a descriptor. It starts both in big-endian
        // order.
        ElfLayout layout = ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .type(ElfHeader.ET_EXEC)
                .machine(ElfHeader.EM_PPC64)
                .flags(ELF_V2)
                .entry(LINKED_AT)
                .place(new ProgramHeader(
                        ProgramHeader.PT_LOAD,
                        ProgramHeader.PF_R | ProgramHeader.PF_X,
                        0,
                        LINKED_AT,
                        0,
                        code,
                        code,
                        PAGE_SIZE))
                .build();
        long offset = layout.programHeaders().get(0).offset();
        ByteBuffer file = ByteBuffer.allocate((int) offset + code).put(layout.head());
        file.position((int) offset)
                .putInt(0x3d80_0000 | (int) (entry >>> 16)) // lis r12, the entry's upper half
                .putInt(0x618c_0000 | (int) (entry & 0xffff)) // ori r12, r12, its lower half
                .putInt(0x7d9a_03a6) // mtsrr0 r12
                .putInt(0x7d40_00a6) // mfmsr r10
                .putInt(0x614a_0000 | (old == ByteOrder.LITTLE_ENDIAN ? 1 : 0)) // ori r10, r10, LE
                .putInt(0x7d5b_03a6) // mtsrr1 r10
                .putInt(0x3860_0000 | PROCESSOR) // li r3
                .putInt(0x4c00_0024); // rfid
        Path path = Path.of("target", "segments", name + ".elf");
        Files.createDirectories(path.getParent());
        return Files.write(path, file.array());
    }
}

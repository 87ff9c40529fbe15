package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ProgramHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What a console has to say of a crash, and what others make of the dump. */
final class Dumps {
    private static final String PANIC = "Kernel panic - not syncing: sysrq triggered crash";

    /** Where PCs have their BIOS. Not every loader has what is below in its dumps. */
    private static final long ONE_MEBIBYTE = 0x100000;

    /** Behind sysname and nodename, each of 65 bytes (Linux, uapi/linux/utsname.h). */
    private static final int RELEASE = 130;

    private Dumps() {}

    /** The first guest has loaded the second kernel for a crash, and nothing else. */
    static void assertLoaded(Console console) {
        console.get("^@load-status 0$");
        console.get("^@kexec-loaded 0$");
        console.get("^@crash-loaded 1$");
    }

    /** The second kernel has come to its init, has all memory of the first, and has found the log in it. */
    static void assertCaptured(Console console, Kernel kernel, int processors) throws IOException {
        assertPanic(console);
        assertThat(console.get("^SECOND-KERNEL-OK (.*)$").group(1)).isEqualTo(kernel.release());
        assertMemoryIsThere(console, CrashScenario.head(console), kernel, processors);
        assertTool(console, "vmcore-dmesg");
        assertPanic(console.frame("vmcore-dmesg"));
    }

    /** It is a kernel's log, and says that the crash was wanted. */
    static void assertPanic(Console log) {
        log.get("\\] " + PANIC + "$");
    }

    private static void assertMemoryIsThere(Console console, CoreHead head, Kernel kernel, int processors) {
        assertThat(head.header().machine())
                .isEqualTo(kernel.machine().architecture().elfMachine());
        assertThat(head.processors()).as("registers of processors").hasSize(processors);
        assertThat(head.vmcoreinfo()).containsEntry("OSRELEASE", kernel.release());
        Iomem iomem = Iomem.of(console.frame("first-iomem"));
        assertThat(iomem.crashKernel()).isNotEmpty();
        assertThat(iomem.inUse()).as("memory in use").isNotEmpty();
        assertThat(iomem.inUse()).allSatisfy(range -> {
            if (range.end() > ONE_MEBIBYTE) {
                assertThat(head.holds(range.start(), range.end()))
                        .as("%s is in %s", range, head.memory())
                        .isTrue();
            }
        });
        assertThat(head.memory())
                .as("nothing of the dump kernel's own memory")
                .allMatch(segment -> iomem.crashKernel().stream()
                        .noneMatch(range -> segment.physicalAddress() < range.end()
                                && range.start() < segment.physicalAddress() + segment.memorySize()));
        ProgramHeader last = head.memory().get(head.memory().size() - 1);
        assertThat(console.get("^@vmcore-size (\\d+)$").group(1))
                .isEqualTo(Long.toString(last.offset() + last.fileSize()));
    }

    /** makedumpfile has found the log and written a dump without the pages that nobody needs. */
    static void assertMakedumpfileReadsIt(Console console) {
        assertTool(console, "dump-dmesg");
        assertPanic(console.frame("dumped-dmesg"));
        assertTool(console, "makedumpfile");
        console.frame("makedumpfile").get("^makedumpfile Completed\\.$");
        assertSizeOfDump(console, console.get("^@dump-size (\\d+)$").group(1));
    }

    /** A dump in makedumpfile's format has something in it, but not all memory. */
    static void assertSizeOfDump(Console console, String bytes) {
        long whole = Long.parseLong(console.get("^@vmcore-size (\\d+)$").group(1));
        assertThat(Long.parseLong(bytes)).isBetween(whole / 100, whole / 4);
    }

    private static void assertTool(Console console, String name) {
        assertThat(console.get("^@" + name + "-status (\\d+) ").group(1))
                .as("how %s ended: %s", name, console.frame(name))
                .isEqualTo("0");
    }

    /**
     * gdb opens a copy of {@code /proc/vmcore}, knows the registers of the processors, and finds Linux by the addresses
     * of the kernel's own mapping and of its mapping of all memory.
     */
    static void assertGdbReadsIt(Console console, Path copy, Kernel kernel) throws IOException, InterruptedException {
        assertTool(console, "copy");
        Map<String, String> vmcoreinfo = CrashScenario.head(console).vmcoreinfo();
        long release = address(vmcoreinfo, "init_uts_ns")
                + Long.parseLong(value(vmcoreinfo, "OFFSET(uts_namespace.name)"))
                + RELEASE;
        long section = address(vmcoreinfo, "mem_section");
        String output = Commands.outputOf(
                Lab.tool("gdb-multiarch"),
                "-nx",
                "-batch",
                "-c",
                copy,
                "-ex",
                "info threads",
                "-ex",
                "x/s 0x%x".formatted(release),
                "-ex",
                "x/gx 0x%x".formatted(section));
        Console gdb = new Console(
                output.lines().map(line -> new Console.Line(0, line)).toList());
        long instruction = Long.parseUnsignedLong(
                gdb.get("^\\* 1 +(?:LWP|process) \\d+ +0x([0-9a-f]+) in ").group(1), 16);
        assertThat(Long.compareUnsigned(instruction, address(vmcoreinfo, "_stext")))
                .as("the program counter is one of the kernel: %s", gdb)
                .isNotNegative();
        gdb.get("^0x%x:\\s+\"%s\"$".formatted(release, kernel.release().replace("+", "\\+")));
        gdb.get("^0x%x:\\s+0x[0-9a-f]*[1-9a-f][0-9a-f]*$".formatted(section));
    }

    private static long address(Map<String, String> vmcoreinfo, String symbol) {
        return Long.parseUnsignedLong(value(vmcoreinfo, "SYMBOL(" + symbol + ")"), 16);
    }

    private static String value(Map<String, String> vmcoreinfo, String name) {
        assertThat(vmcoreinfo).containsKey(name);
        return vmcoreinfo.getOrDefault(name, "");
    }
}

package io.kexec4j.target;

import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.fdt.Fdt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of machines that have set memory apart for a crash kernel, with the numbers that Linux told in QEMU. */
final class CrashMachine {
    static final String CPU = "sys/devices/system/cpu/";

    /** The registers, the state and the task of the process that reads: none of anybody's business. */
    private static final List<Note> OF_THE_PROCESS = List.of(
            note("CORE", 1, "SECRET registers"), note("CORE", 3, "SECRET state"), note("CORE", 4, "SECRET task"));

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final int machine;
    private final List<ProgramHeader> loads = new ArrayList<>();
    private String description = "";

    private CrashMachine(int machine) {
        this.machine = machine;
    }

    /** Linux 6.12 with {@code crashkernel=256M,high} and 6 GiB. */
    static CrashMachine x86() {
        CrashMachine machine = new CrashMachine(ElfHeader.EM_X86_64);
        machine.put("proc/sys/kernel/arch", "x86_64\n");
        machine.put("proc/iomem", """
                00000000-00000fff : Reserved
                00001000-0009fbff : System RAM
                000f0000-000fffff : Reserved
                  000f0000-000fffff : System ROM
                00100000-bffdffff : System RAM
                  af000000-beffffff : Crash kernel
                bffe0000-bfffffff : Reserved
                100000000-1bfffffff : System RAM
                  16cc00000-16dbfffff : Kernel code
                  16dc00000-16e6bffff : Kernel rodata
                  16e800000-16ea728bf : Kernel data
                  16f2d8000-16f7fffff : Kernel bss
                  1af000000-1beffffff : Crash kernel
                """);
        machine.cpus("0-2", "0-2", "0-2");
        machine.notes(0, "1bfc3da00", 368);
        machine.notes(1, "1bfcbda00", 368);
        machine.notes(2, "1bfd3da00", 368);
        machine.put("sys/kernel/vmcoreinfo", "0x000000016f9dc000 1024\n");
        machine.put("sys/kernel/crash_elfcorehdr_size", "917616\n");
        machine.load(0xffffffff9ee00000L, 0x16cc00000L, 0x2c30000);
        machine.load(0xffffcd6b00000000L, -1, 0x1fffffffffffL);
        machine.load(0xffffffffc0000000L, -1, 0x3f000000);
        machine.load(0xffff8c2340001000L, 0x1000, 0x9e000);
        machine.load(0xfffff1f740000000L, -1, 0x3000);
        machine.load(0xffff8c2340100000L, 0x100000, 0xbfee0000L);
        machine.load(0xffff8c2440000000L, 0x100000000L, 0xc0000000L);
        return machine.describe("""
                OSRELEASE=6.12.107+deb13-cloud-amd64
                SYMBOL(_stext)=ffffffff9ee00000
                NUMBER(phys_base)=5601492992
                KERNELOFFSET=1de00000
                """);
    }

    /** Linux 6.1. */
    static CrashMachine arm64() {
        CrashMachine machine = new CrashMachine(ElfHeader.EM_AARCH64);
        machine.put("proc/sys/kernel/arch", "aarch64\n");
        machine.put("proc/iomem", """
                09000000-09000fff : pl011@9000000
                40000000-7fffffff : System RAM
                  40210000-4157ffff : Kernel code
                  41580000-419fffff : reserved
                  41a00000-41c9ffff : Kernel data
                  6ac00000-7abfffff : Crash kernel
                  7ac00000-7fbfffff : reserved
                """);
        machine.cpus("0-1", "0-1", "0");
        machine.notes(0, "7fdb6000", 424);
        machine.notes(1, "7fdd4000", 424);
        machine.put("sys/kernel/vmcoreinfo", "0x00000000422f6000 1024\n");
        machine.load(0xffffc4f680400000L, 0x40200000, 0x1aa0000);
        machine.load(0xffff800008000000L, -1, 0x7bffe8000000L);
        machine.load(0xffff800000000000L, -1, 0x8000000);
        machine.load(0xffff666bc0000000L, 0x40000000, 0x40000000);
        machine.load(0xfffffd99af000000L, -1, 0x1000000);
        return machine.describe("""
                OSRELEASE=6.1.0-50-cloud-arm64
                SYMBOL(_stext)=ffffc4f680410000
                NUMBER(VA_BITS)=48
                NUMBER(kimage_voffset)=0xffffc4f640200000
                NUMBER(PHYS_OFFSET)=0xffff999480000000
                """);
    }

    /** Linux 6.12 as the guest of a hypervisor, which tells of its crash kernel in the device tree only. */
    static CrashMachine ppc64le(Fdt liveTree) {
        CrashMachine machine = new CrashMachine(ElfHeader.EM_PPC64);
        machine.put("proc/sys/kernel/arch", "ppc64le\n");
        machine.put("proc/self/auxv", auxiliaryVector(0x1_0000));
        machine.put("proc/iomem", "00000000-ffffffff : System RAM\n");
        DeviceTreeDirectory.filesOf(liveTree).forEach(machine::put);
        machine.cpus("0-1", "0", "0");
        machine.notes(0, "feff0000", 536);
        return machine.put("sys/kernel/vmcoreinfo", "0x0000000003d20000 1024\n");
    }

    /** The page size, and the end. */
    private static byte[] auxiliaryVector(long pageSize) {
        byte[] vector = new byte[4 * Long.BYTES];
        ByteBuffer.wrap(vector).order(ByteOrder.LITTLE_ENDIAN).putLong(6).putLong(pageSize);
        return vector;
    }

    static Note note(String name, int type, String content) {
        return new Note(
                name,
                type,
                ByteBuffer.wrap(content.getBytes(StandardCharsets.ISO_8859_1)).order(ByteOrder.LITTLE_ENDIAN));
    }

    static ProgramHeader segment(long virtualAddress, long physicalAddress, long size) {
        return new ProgramHeader(
                ProgramHeader.PT_LOAD,
                7,
                virtualAddress & 0xffffffffffffL,
                virtualAddress,
                physicalAddress,
                size,
                size,
                4096);
    }

    static byte[] head(int machine, List<ProgramHeader> loads, List<Note> notes) {
        ElfLayout.Builder layout = ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .type(ElfHeader.ET_CORE)
                .machine(machine);
        if (!notes.isEmpty()) {
            layout.notes(notes);
        }
        loads.forEach(layout::segment);
        ByteBuffer head = layout.build().head();
        byte[] bytes = new byte[head.remaining()];
        head.get(bytes);
        return bytes;
    }

    CrashMachine put(String name, String text) {
        return put(name, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    CrashMachine put(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    CrashMachine remove(String name) {
        files.remove(name);
        return this;
    }

    CrashMachine replaceIn(String name, String text, String replacement) {
        String before = new String(files.getOrDefault(name, new byte[0]), StandardCharsets.ISO_8859_1);
        if (!before.contains(text)) {
            throw new IllegalArgumentException(text);
        }
        return put(name, before.replace(text, replacement));
    }

    CrashMachine cpus(String possible, String present, String online) {
        put(CPU + "possible", possible + "\n");
        put(CPU + "present", present + "\n");
        return put(CPU + "online", online + "\n");
    }

    CrashMachine notes(int cpu, String address, int size) {
        put(CPU + "cpu" + cpu + "/crash_notes", address + "\n");
        return put(CPU + "cpu" + cpu + "/crash_notes_size", size + "\n");
    }

    CrashMachine load(long virtualAddress, long physicalAddress, long size) {
        loads.add(segment(virtualAddress, physicalAddress, size));
        return kcore();
    }

    /** Takes a segment away: the first is the kernel's own. */
    CrashMachine unload(int index) {
        loads.remove(index);
        return kcore();
    }

    /** As older kernels do, which tell no physical addresses. */
    CrashMachine withoutPhysicalAddresses() {
        loads.replaceAll(load -> segment(load.virtualAddress(), 0, load.memorySize()));
        return kcore();
    }

    /** Sets the text of VMCOREINFO; there is no such note if it is empty. */
    CrashMachine describe(String text) {
        description = text;
        return kcore();
    }

    private CrashMachine kcore() {
        List<Note> notes = new ArrayList<>(OF_THE_PROCESS);
        if (!description.isEmpty()) {
            notes.add(note("VMCOREINFO", 0, description));
        }
        return put("proc/kcore", head(machine, loads, notes));
    }

    byte[] content(String name) {
        return files.getOrDefault(name, new byte[0]);
    }

    TargetFiles writeTo(Path root) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return TargetFiles.below(root);
    }
}

package io.kexec4j.examples.bootmatrix;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ProgramHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The program of probe32.S: entered in 32-bit mode, it prints in which state it found the processor. */
final class Probe {
    /** Where it lies, and begins. */
    static final long ENTRY = 0x300000;

    /** What boot.rst asks for in "32-bit Boot Protocol", and no more than that is on. */
    static final Map<String, Long> PROTECTED_MODE = Map.of(
            "cs", 0x10L, "ds", 0x18L, "es", 0x18L, "fs", 0x18L, "gs", 0x18L, "ss", 0x18L, "cr0", 0x11L, "cr4", 0L);

    private Probe() {}

    static HandOver.Segment segment() throws IOException {
        ElfFile elf = ElfFile.parse(ByteBuffer.wrap(file()));
        ProgramHeader all = elf.programHeaders().get(0);
        return new HandOver.Segment(all.physicalAddress(), elf.content(all));
    }

    /** An ELF file for i386. */
    static byte[] file() throws IOException {
        try (InputStream resource = Objects.requireNonNull(Probe.class.getResourceAsStream("probe32.elf"))) {
            return resource.readAllBytes();
        }
    }

    /** What it printed: each register by its name. */
    static Map<String, Long> found(Console console) {
        return console.all("^([a-z0-9]{2,4}) *=([0-9a-f]{8})$")
                .collect(Collectors.toMap(line -> line.group(1), line -> Long.parseLong(line.group(2), 16)));
    }

    /** What it found in one of them, which it has to have printed. */
    static long found(Map<String, Long> registers, String name) {
        return Objects.requireNonNull(registers.get(name), name);
    }
}

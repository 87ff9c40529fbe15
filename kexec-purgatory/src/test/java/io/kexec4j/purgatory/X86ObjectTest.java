package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.RelocatableObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class X86ObjectTest extends ObjectContract {
    private static final int R_X86_64_64 = 1;
    private static final int R_X86_64_PC32 = 2;
    private static final int R_X86_64_PLT32 = 4;

    X86ObjectTest() {
        super(X86Purgatory.RESOURCE);
    }

    @Override
    List<Integer> relocationTypes() {
        return List.of(R_X86_64_64, R_X86_64_PC32, R_X86_64_PLT32);
    }

    @Override
    List<String> sections() {
        return List.of(".text", ".rodata", ".data", ".bss");
    }

    @Override
    Map<String, Long> parameters() {
        return Map.of(
                "purgatory_registers", 136L,
                "purgatory_exit_mode", 4L,
                "purgatory_page_tables", 16L,
                "purgatory_command_line_end", 8L,
                "purgatory_serial_port", 2L,
                "purgatory_serial_divisor", 2L,
                "purgatory_vga_console", 4L,
                "purgatory_vga_reset", 4L);
    }

    @Test
    void sectionsNeedNoPagesOfTheirOwn() throws ElfFormatException {
        RelocatableObject laidOut = RelocatableObject.parse(file());
        assertThat(laidOut.alignment()).isBetween(16L, 64L);
        assertThat(laidOut.memorySize()).isLessThanOrEqualTo(16 * 1024);
    }
}

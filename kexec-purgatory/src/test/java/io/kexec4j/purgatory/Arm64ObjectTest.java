package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import io.kexec4j.elf.Section;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Arm64ObjectTest extends ObjectContract {
    private static final int R_AARCH64_ADR_PREL_PG_HI21 = 275;
    private static final int R_AARCH64_ADD_ABS_LO12_NC = 277;
    private static final int R_AARCH64_LDST8_ABS_LO12_NC = 278;
    private static final int R_AARCH64_JUMP26 = 282;
    private static final int R_AARCH64_CALL26 = 283;
    private static final int R_AARCH64_LDST16_ABS_LO12_NC = 284;
    private static final int R_AARCH64_LDST32_ABS_LO12_NC = 285;
    private static final int R_AARCH64_LDST64_ABS_LO12_NC = 286;

    private static final long PAGE = 4096;
    private static final long ADDRESS = 0x1_4000_0000L;

    Arm64ObjectTest() {
        super(Arm64Purgatory.RESOURCE);
    }

    /** Places in a page, and distances: nothing that holds an address. */
    @Override
    List<Integer> relocationTypes() {
        return List.of(
                R_AARCH64_ADR_PREL_PG_HI21,
                R_AARCH64_ADD_ABS_LO12_NC,
                R_AARCH64_LDST8_ABS_LO12_NC,
                R_AARCH64_LDST16_ABS_LO12_NC,
                R_AARCH64_LDST32_ABS_LO12_NC,
                R_AARCH64_LDST64_ABS_LO12_NC,
                R_AARCH64_JUMP26,
                R_AARCH64_CALL26);
    }

    @Override
    List<String> sections() {
        return List.of(".text", ".rodata", ".data", ".bss", ".bss.tables");
    }

    @Override
    Map<String, Long> parameters() {
        return Map.of(
                "purgatory_kernel_entry", 8L,
                "purgatory_device_tree", 8L,
                "purgatory_uart_address", 8L,
                "purgatory_uart_type", 4L,
                "purgatory_uart_shift", 4L,
                "purgatory_uart_width", 4L,
                "purgatory_psci", 4L,
                "purgatory_use_cache", 4L,
                "purgatory_use_sha2", 4L);
    }

    /** The page tables are most of it, and the last byte of its last page is theirs. */
    @Test
    void onlyPageTablesTakePagesOfTheirOwn() throws ElfFormatException {
        RelocatableObject laidOut = RelocatableObject.parse(file());
        Section tables = object().section(".bss.tables").orElseThrow();
        assertThat(laidOut.alignment()).isEqualTo(PAGE);
        assertThat(laidOut.memorySize() % PAGE).isZero();
        assertThat(tables.size() % PAGE).isZero();
        assertThat(laidOut.memorySize() - tables.size()).isLessThanOrEqualTo(5 * PAGE);
    }

    /** The code maps the memory between these two, and runs in it. */
    @Test
    void itKnowsWhereItBeginsAndEnds() throws ElfFormatException {
        LinkedObject linked = RelocatableObject.parse(file()).link(ADDRESS);
        assertThat(linked.symbolAddress("purgatory_memory_begin")).isEqualTo(ADDRESS);
        assertThat(linked.symbolAddress("purgatory_memory_end")).isEqualTo(ADDRESS + linked.memorySize());
    }
}

package io.kexec4j.purgatory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.LinkedObject;
import io.kexec4j.elf.RelocatableObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The objects of both byte orders. */
abstract class Ppc64ObjectContract extends ObjectContract {
    private static final int R_PPC64_REL24 = 10;
    private static final int R_PPC64_TOC16_LO = 48;
    private static final int R_PPC64_TOC16_HA = 50;
    private static final int R_PPC64_TOC16_LO_DS = 64;
    private static final int R_PPC64_REL16_LO = 250;
    private static final int R_PPC64_REL16_HA = 252;

    private static final long ADDRESS = 0x1_4000_0000L;
    private static final int ELF_V2 = 2;

    /** Power ISA 3.1, book I, 2.4: {@code b} to the first byte behind the kernel's head. */
    private static final int BRANCH_BEHIND_THE_HEAD = 0x4800_0000 | Ppc64Purgatory.KERNEL_HEAD_SIZE;

    private final ByteOrder order;

    Ppc64ObjectContract(ByteOrder order) {
        super(Ppc64Purgatory.resource(order));
        this.order = order;
    }

    /** Distances, from the TOC or from the code itself: nothing that holds an address. */
    @Override
    List<Integer> relocationTypes() {
        return List.of(
                R_PPC64_REL24,
                R_PPC64_TOC16_LO,
                R_PPC64_TOC16_HA,
                R_PPC64_TOC16_LO_DS,
                R_PPC64_REL16_LO,
                R_PPC64_REL16_HA);
    }

    @Override
    List<String> sections() {
        return List.of(".text", ".rodata", ".data", ".bss");
    }

    @Override
    Set<String> definedByLinkers() {
        return Set.of(".TOC.");
    }

    /** Without a TOC of its own, the object counts from its start; the other linker counts from a section that it adds. */
    @Override
    String linkerScriptFor(long address) {
        return ".got 0x%x : { *(.got) } :linker\n".formatted(address);
    }

    @Override
    Map<String, Long> parameters() {
        return Map.of(
                "purgatory_kernel_entry", 8L,
                "purgatory_device_tree", 8L,
                "purgatory_opal_base", 8L,
                "purgatory_opal_entry", 8L,
                "purgatory_rtas_base", 8L,
                "purgatory_rtas_entry", 8L,
                "purgatory_rtas_reboot", 4L,
                "purgatory_console", 4L,
                "purgatory_terminal", 8L);
    }

    @Test
    void itIsOfItsByteOrderAndOfTheSecondAbi() throws ElfFormatException {
        ElfHeader header = object().header();
        assertThat(header.order()).isEqualTo(order);
        assertThat(header.machine()).isEqualTo(ElfHeader.EM_PPC64);
        assertThat(header.flags()).isEqualTo(ELF_V2);
    }

    /** The running kernel enters the first byte, and copies the first 256 for the other processors. */
    @Test
    void itStartsWithABranchAcrossTheKernelsHead() throws ElfFormatException {
        LinkedObject linked = RelocatableObject.parse(file()).link(ADDRESS);
        assertThat(linked.symbolAddress(Purgatory.ENTRY)).isEqualTo(ADDRESS);
        assertThat(linked.symbolAddress("purgatory_kernel_head")).isEqualTo(ADDRESS + Integer.BYTES);
        assertThat(linked.symbolSize("purgatory_kernel_head"))
                .isEqualTo(Ppc64Purgatory.KERNEL_HEAD_SIZE - Integer.BYTES);
        assertThat(ByteBuffer.wrap(linked.content()).order(order).getInt()).isEqualTo(BRANCH_BEHIND_THE_HEAD);
    }

    @Test
    void sectionsNeedNoPagesOfTheirOwn() throws ElfFormatException {
        RelocatableObject laidOut = RelocatableObject.parse(file());
        assertThat(laidOut.alignment()).isEqualTo(Ppc64Purgatory.KERNEL_HEAD_SIZE);
        assertThat(laidOut.memorySize()).isLessThanOrEqualTo(24 * 1024);
    }
}

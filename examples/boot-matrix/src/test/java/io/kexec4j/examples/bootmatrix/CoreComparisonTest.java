package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.examples.bootmatrix.CoreComparison.Difference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** What is said of headers is what is in them. */
class CoreComparisonTest {
    private static final ProgramHeader NOTES =
            new ProgramHeader(ProgramHeader.PT_NOTE, 0, 0x3000, 0, 0x3000, 24, 24, 0);
    private static final ProgramHeader LOW = memory(0x1000, 0x9f000);
    private static final ProgramHeader HIGH = memory(0x100000, 0x3fe00000);

    private static ProgramHeader memory(long start, long size) {
        return new ProgramHeader(ProgramHeader.PT_LOAD, 7, start, 0xffff888000000000L + start, start, size, size, 0);
    }

    @Test
    void theSameHeadersDoNotDiffer() throws Exception {
        CoreHead head = head(ElfHeader.ET_CORE, NOTES, LOW, HIGH);

        assertThat(CoreComparison.of("a", head, "b", head).differences()).isEmpty();
        assertThat(CoreComparison.of("a", head, "b", head(ElfHeader.ET_CORE, NOTES, LOW, HIGH))
                        .differences())
                .isEmpty();
    }

    @Test
    void everyFieldIsCompared() throws Exception {
        ProgramHeader other = new ProgramHeader(
                ProgramHeader.PT_LOAD, 5, 0x200000, 0xffff888000000000L, 0x100000, 0x3fd00000, 0x3fd00001, 4096);

        assertThat(CoreComparison.of(
                                "a", head(ElfHeader.ET_CORE, NOTES, HIGH), "b", head(ElfHeader.ET_CORE, NOTES, other))
                        .differences())
                .containsExactly(
                        new Difference("PT_LOAD at 0x100000", "p_flags", "0x7", "0x5"),
                        new Difference("PT_LOAD at 0x100000", "p_offset", "0x100000", "0x200000"),
                        new Difference("PT_LOAD at 0x100000", "p_vaddr", "0xffff888000100000", "0xffff888000000000"),
                        new Difference("PT_LOAD at 0x100000", "p_filesz", "0x3fe00000", "0x3fd00000"),
                        new Difference("PT_LOAD at 0x100000", "p_memsz", "0x3fe00000", "0x3fd00001"),
                        new Difference("PT_LOAD at 0x100000", "p_align", "0x0", "0x1000"));
    }

    @Test
    void whatOnlyOneHasIsNamed() throws Exception {
        assertThat(CoreComparison.of("a", head(ElfHeader.ET_CORE, NOTES, HIGH), "b", head(ElfHeader.ET_CORE, LOW, HIGH))
                        .differences())
                .containsExactly(
                        new Difference(
                                "PT_NOTE at 0x3000",
                                "all",
                                "p_flags 0x0 p_offset 0x3000 p_vaddr 0x0 p_filesz 0x18 p_memsz 0x18 p_align 0x0",
                                "-"),
                        new Difference(
                                "PT_LOAD at 0x1000",
                                "all",
                                "-",
                                "p_flags 0x7 p_offset 0x1000 p_vaddr 0xffff888000001000 p_filesz 0x9f000 p_memsz 0x9f000"
                                        + " p_align 0x0"));
    }

    @Test
    void anotherOrderAndAnotherCountAreDifferences() throws Exception {
        CoreComparison comparison = CoreComparison.of(
                "a", head(ElfHeader.ET_CORE, NOTES, LOW, HIGH), "b", head(ElfHeader.ET_CORE, HIGH, NOTES));

        assertThat(comparison.differences())
                .hasSize(3)
                .contains(
                        new Difference("ELF header", "e_phnum", "0x3", "0x2"),
                        new Difference("Program headers of both", "order", "0 1", "1 0"));
        assertThat(comparison)
                .asString()
                .startsWith(
                        "| Header | Field | a | b |\n| --- | --- | --- | --- |\n| ELF header | e_phnum | 0x3 | 0x2 |\n");
    }

    @Test
    void onlyCoreFilesAreHeads() {
        assertThatThrownBy(() -> head(ElfHeader.ET_EXEC, NOTES))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("e_type must be ET_CORE, not 2");
    }

    @Test
    void memoryIsHeldByHeadersThatFollowEachOther() throws Exception {
        CoreHead head = head(ElfHeader.ET_CORE, memory(0x2000, 0x1000), memory(0, 0x1000), memory(0x1000, 0x1000));

        assertThat(head.holds(0, 0x3000)).isTrue();
        assertThat(head.holds(0x800, 0x2800)).isTrue();
        assertThat(head.holds(0x800, 0x3001)).isFalse();
    }

    @Test
    void memoryIsHeldByOneHeader() throws Exception {
        CoreHead head = head(ElfHeader.ET_CORE, NOTES, LOW, HIGH);

        assertThat(head.holds(0x1000, 0xa0000)).isTrue();
        assertThat(head.holds(0x0fff, 0xa0000)).isFalse();
        assertThat(head.holds(0x1000, 0xa0001)).isFalse();
        assertThat(head.holds(0x1000, 0x200000)).isFalse();
    }

    private static CoreHead head(int type, ProgramHeader... programHeaders) throws ElfFormatException {
        ElfLayout.Builder layout = ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .type(type)
                .machine(ElfHeader.EM_X86_64);
        for (ProgramHeader header : programHeaders) {
            layout.segment(header);
        }
        ByteBuffer region = ByteBuffer.allocate(4096);
        region.put(layout.build().head());
        return CoreHead.ofElfcorehdr(region.flip());
    }
}

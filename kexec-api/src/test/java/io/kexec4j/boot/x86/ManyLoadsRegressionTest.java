package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.kernel.ElfKernel;
import java.io.IOException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An ELF file of 3 MB with tens of thousands of segments that never could be loaded is refused before each is placed among all others. */
class ManyLoadsRegressionTest {
    @Test
    @Timeout(10)
    void areRefusedAtOnce() throws IOException {
        ElfLayout.Builder file = ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .type(ElfHeader.ET_EXEC)
                .machine(ElfHeader.EM_X86_64)
                .entry(0x10_0000);
        for (long i = 0; i < 60_000; i++) {
            long address = 0x10_0000 + i * 0x2000;
            file.segment(new ProgramHeader(ProgramHeader.PT_LOAD, 7, 0, address, address, 1, 1, 1));
        }
        ElfKernel kernel = ElfKernel.parse(Content.of(file.build().head()));
        KexecImageBuilder builder =
                KexecImageBuilder.forTarget(Machines.pc(Machines.GIB)).kernel(kernel);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("60000 of them of the ELF file");
    }
}

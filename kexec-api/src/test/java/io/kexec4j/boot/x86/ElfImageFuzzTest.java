package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Any ELF program on a PC: an image in which each of its bytes lies where the file says, or a declared error. */
class ElfImageFuzzTest {
    private static final int EM_386 = 3;
    private static final long CONTENT_OFFSET = 0x200;

    @FuzzTest
    void anyProgram(FuzzedDataProvider data) throws IOException {
        byte[] file = program(data);
        Target target = data.consumeBoolean() ? Machines.pcAbove4G(6 * Machines.GIB) : Machines.pc(Machines.GIB);
        List<X86Option> options = data.consumeBoolean()
                ? List.of(data.pickValue(X86Option.values()), data.pickValue(X86Option.values()))
                : List.of();
        Optional<Content> initrd =
                data.consumeBoolean() ? Optional.of(Content.zeroes(data.consumeLong(1, 1 << 20))) : Optional.empty();
        try {
            ElfKernel kernel = ElfKernel.parse(Content.of(file));
            KexecImageBuilder builder = KexecImageBuilder.forTarget(target)
                    .kernel(kernel)
                    .commandLine(data.consumeAsciiString(100).replace('\0', '0'))
                    .random(bytes -> Arrays.fill(bytes, (byte) 7));
            options.forEach(builder::option);
            initrd.ifPresent(builder::initrd);
            KexecImage image = builder.build();
            ImageRules.assertPlaces(image, target, new PhysicalRange(0, -1), kernel.is64Bit());
            ProgramRules.assertLoaded(image, kernel.segments(), kernel.positionIndependent());
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /** Addresses are mostly those of RAM, and sizes small. */
    private static byte[] program(FuzzedDataProvider data) {
        boolean wide = data.consumeBoolean();
        ElfLayout.Builder builder = ElfLayout.builder(wide ? ElfClass.ELF64 : ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN)
                .type(data.consumeInt(ElfHeader.ET_EXEC, ElfHeader.ET_DYN))
                .machine(wide ? ElfHeader.EM_X86_64 : EM_386)
                .entry(0x10_0000 + data.consumeInt(0, 0x20_0000));
        long end = 0x10_0000;
        for (int count = data.consumeInt(1, 20); count > 0; count--) {
            long start = data.consumeInt(0, 20) == 20 ? data.consumeLong() : end + data.consumeInt(0, 0x3000);
            start &= wide ? -1 : 0xffff_ffffL;
            long memory = data.consumeInt(0, 20) == 20 ? data.consumeLong(0, 0xffff_ffffL) : data.consumeInt(0, 0x5000);
            long size = Math.min(memory, data.consumeInt(0, 40));
            builder.segment(new ProgramHeader(ProgramHeader.PT_LOAD, 7, CONTENT_OFFSET, start, start, size, memory, 1));
            end = start + memory & 0xffff_ffffL;
        }
        ByteBuffer head = builder.build().head();
        byte[] file = new byte[(int) Math.max(head.remaining(), CONTENT_OFFSET + 0x40)];
        head.get(file, 0, head.remaining());
        return file;
    }
}

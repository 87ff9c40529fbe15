package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a kernel whose segments lie apart and are those that the other reader of ELF files sees, or are refused. */
class ElfKernelFuzzTest {
    private static final int PAGE = 4096;

    static Stream<byte[]> seeds() {
        byte[] note = {4, 0, 0, 0, 2, 0, 0, 0, 18, 0, 0, 0, 'X', 'e', 'n', 0, 1, 2, 0, 0};
        return Stream.of(
                ElfImages.x8664()
                        .load(0x100000, 0x100000, new byte[] {1, 2, 3}, 0x1000)
                        .load(-0x80000000L, 0x101010, new byte[40], 50)
                        .header(4, 0, 0, note, 0, 4)
                        .bytes(),
                new ElfImages(false, ByteOrder.BIG_ENDIAN)
                        .machine(20)
                        .load(0xc0000000L, 0x100000, new byte[9], 9)
                        .bytes(),
                new ElfImages(false, ByteOrder.LITTLE_ENDIAN)
                        .machine(3)
                        .type(3)
                        .load(0x100000, 0x100000, new byte[1], 1L << 20)
                        .bytes());
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) throws IOException {
        ElfKernel kernel;
        try {
            kernel = ElfKernel.parse(Content.of(bytes));
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(500);
            return;
        }
        assertThat(kernel.segments()).isNotEmpty();
        long notes = 0;
        for (ElfKernel.Note note : kernel.notes()) {
            assertThat(note.content().size()).isLessThanOrEqualTo(bytes.length);
            notes++;
        }
        assertThat(notes).isLessThanOrEqualTo(4096);
        assertThat(kernel.segments()).anyMatch(segment -> segment.range().contains(kernel.entry()));
        assertSameAsOtherReader(kernel, bytes);
        assertPages(kernel);
    }

    /** The other reader looks at sections too, so it may refuse more. */
    private static void assertSameAsOtherReader(ElfKernel kernel, byte[] bytes) throws IOException {
        ElfFile file;
        try {
            file = ElfFile.parse(ByteBuffer.wrap(bytes));
        } catch (ElfFormatException e) {
            return;
        }
        assertThat(kernel.machine()).isEqualTo(file.header().machine());
        List<ProgramHeader> loads = file.programHeaders().stream()
                .filter(header -> header.type() == ProgramHeader.PT_LOAD && header.memorySize() != 0)
                .toList();
        assertThat(kernel.segments()).hasSameSizeAs(loads);
        for (int i = 0; i < loads.size(); i++) {
            LoadSegment segment = kernel.segments().get(i);
            ProgramHeader load = loads.get(i);
            assertThat(segment.range()).isEqualTo(PhysicalRange.ofSize(load.physicalAddress(), load.memorySize()));
            if (load.fileSize() != 0) {
                assertThat(segment.content()).isEqualTo(Content.of(file.content(load)));
            }
        }
    }

    private static void assertPages(ElfKernel kernel) {
        List<LoadSegment> pages = LoadSegment.pages(kernel.segments(), PAGE);
        assertThat(pages).hasSizeBetween(1, kernel.segments().size());
        long end = 0;
        for (LoadSegment page : pages) {
            assertThat((page.range().start() | page.range().end()) & (PAGE - 1)).isZero();
            assertThat(Long.compareUnsigned(end, page.range().start())).isNotPositive();
            end = page.range().end();
        }
        assertThat(kernel.segments())
                .allMatch(
                        segment -> pages.stream().anyMatch(page -> page.range().overlaps(segment.range())));
    }
}

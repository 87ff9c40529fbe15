package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfKernelTest {
    private static final int MUTATIONS = 20_000;

    private static byte[] bytes(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** With a segment of two pages and one of which only the beginning is in the file. */
    private static ElfImages vmlinux() {
        return ElfImages.x8664()
                .load(0xffffffff81000000L, 0x1000000, bytes(0x2000, 1), 0x2000)
                .load(0xffffffff81200000L, 0x1200000, bytes(0x123, 2), 0x5000)
                .entry(0x1000040);
    }

    private static MalformedInputException refusal(ElfImages file) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> ElfKernel.parse(file.content()));
        assertThat(refusal).isNotNull();
        assertThat(refusal.format()).isEqualTo("ELF kernel");
        return refusal;
    }

    private static void assertRefused(ElfImages file, long offset, String words) {
        assertThat(refusal(file)).hasMessageContaining(words);
        assertThat(refusal(file).offset()).isEqualTo(offset);
    }

    @Test
    void readsWhatIsLoaded() throws IOException {
        Content file = vmlinux().content();
        ElfKernel kernel = ElfKernel.parse(file);
        assertThat(kernel.is64Bit()).isTrue();
        assertThat(kernel.byteOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(kernel.machine()).isEqualTo(62);
        assertThat(kernel.positionIndependent()).isFalse();
        assertThat(kernel.entry()).isEqualTo(0x1000040);
        assertThat(kernel.content()).isSameAs(file);
        assertThat(kernel.segments())
                .containsExactly(
                        new LoadSegment(new PhysicalRange(0x1000000, 0x1002000), Content.of(bytes(0x2000, 1))),
                        new LoadSegment(new PhysicalRange(0x1200000, 0x1205000), Content.of(bytes(0x123, 2))));
        assertThat(kernel).hasToString("a 64-bit little-endian ELF executable for x86_64, entry 0x1000040, 2 segments");
        assertThat(KernelFile.parse(file)).isInstanceOf(ElfKernel.class);
    }

    @ParameterizedTest
    @CsvSource({"true, 2, 21", "true, 3, 62", "false, 2, 3", "false, 3, 20"})
    void readsEitherClassAndByteOrder(boolean wide, int type, int machine) throws IOException {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            ElfKernel kernel = ElfKernel.parse(new ElfImages(wide, order)
                    .type(type)
                    .machine(machine)
                    .load(0xc0000000L, 0x100000, bytes(16, 3), 32)
                    .entry(0xc0000010L)
                    .content());
            assertThat(kernel.is64Bit()).isEqualTo(wide);
            assertThat(kernel.byteOrder()).isEqualTo(order);
            assertThat(kernel.machine()).isEqualTo(machine);
            assertThat(kernel.positionIndependent()).isEqualTo(type == 3);
            assertThat(kernel.entry())
                    .as("a virtual entry, as physical address")
                    .isEqualTo(0x100010);
            assertThat(kernel.segments())
                    .containsExactly(new LoadSegment(new PhysicalRange(0x100000, 0x100020), Content.of(bytes(16, 3))));
        }
    }

    @Test
    void segmentsWithoutMemoryAreLeftOut() throws IOException {
        ElfKernel kernel = ElfKernel.parse(ElfImages.x8664()
                .load(0, 0, new byte[0], 0)
                .load(0, 0x100000, new byte[0], 0x1000)
                .content());
        assertThat(kernel.segments())
                .containsExactly(new LoadSegment(new PhysicalRange(0x100000, 0x101000), Content.EMPTY));
    }

    @Test
    void thePhysicalEntryComesFirst() throws IOException {
        ElfImages file = ElfImages.x8664()
                .load(0x200000, 0x100000, bytes(16, 1), 0x1000)
                .load(0x100000, 0x200000, bytes(16, 1), 0x1000);
        assertThat(ElfKernel.parse(file.entry(0x200010).content()).entry()).isEqualTo(0x200010);
        assertThat(ElfKernel.parse(file.entry(0x100010).content()).entry()).isEqualTo(0x100010);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertRefused(vmlinux().patch(0, (byte) 0), 0, "7f 45 4c 46");
        assertRefused(vmlinux().patch(4, (byte) 3), 4, "EI_CLASS");
        assertRefused(vmlinux().patch(5, (byte) 0), 5, "EI_DATA");
        assertRefused(vmlinux().type(1), 16, "this is a 64-bit little-endian ELF relocatable object for x86_64");
        assertRefused(vmlinux().type(4), 16, "core dump");
        assertRefused(vmlinux().patch(54, (byte) 55), 54, "e_phentsize must be 56, is 55");
        assertRefused(ElfImages.x8664(), 56, "at least one PT_LOAD");
        assertRefused(vmlinux().header(3, 0, 0, new byte[8], 8, 1), 64 + 2 * 56, "must not have a PT_INTERP");
        assertRefused(vmlinux().entry(0x1002000), 24, "e_entry must lie in a PT_LOAD");
        assertRefused(vmlinux().patch(56, (byte) 0xff, (byte) 0xff), 40, "e_phnum 0xffff needs section 0");
        assertRefused(vmlinux().patch(57, (byte) 1), 32, "258 program headers must lie within the file");
        assertRefused(vmlinux().patch(39, (byte) 0xff), 32, "2 program headers must lie within the file");
    }

    @Test
    void segmentsThatCannotBeAreNamed() {
        ElfImages file = ElfImages.x8664();
        assertRefused(file.load(0, 0x100000, bytes(33, 1), 32), 64 + 32, "p_filesz must not exceed p_memsz 0x20");
        assertRefused(
                vmlinux().load(0, 0x1001fff, new byte[0], 1),
                64 + 2 * 56,
                "must not overlap in physical memory, but [0x1000000, 0x1002000) and [0x1001fff, 0x1002000) do");
        for (long physical : new long[] {-0x10fffL, -0x1000L, -1L}) {
            assertRefused(
                    vmlinux().load(0, physical, new byte[0], 0x1000),
                    64 + 2 * 56 + 24,
                    "must end 64 KiB or more below");
        }
        assertRefused(vmlinux().load(0, 0x2000000, new byte[0], -1), 64 + 2 * 56 + 24, "must end 64 KiB or more");
        assertRefused(vmlinux().load(0, 0, new byte[0], -0x10000), 64, "must not overlap");
    }

    /** kexec-tools adds p_offset and p_filesz in 64 bits, and loads its own heap where they wrap. */
    @ParameterizedTest
    @CsvSource({"-1, 2", "-4096, 8192", "0x7fffffffffffffff, 1", "0x4000, 1", "0, 0x7fffffffffffffff", "1, -1"})
    void contentOutsideTheFileIsRefused(String offset, String size) {
        ByteBuffer fields = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        fields.putLong(Long.decode(offset)).putLong(0).putLong(0x1000000).putLong(Long.decode(size));
        fields.putLong(Long.decode(size));
        assertThat(refusal(vmlinux().patch(64 + 8, Arrays.copyOf(fields.array(), 40))))
                .hasMessageContaining("p_offset and p_filesz must lie within the file");
    }

    @Test
    void theNumberOfProgramHeadersCanBeInSection0() throws IOException {
        byte[] plain = vmlinux().bytes();
        byte[] extended = Arrays.copyOf(plain, plain.length + 64);
        ByteBuffer file = ByteBuffer.wrap(extended).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort(56, (short) 0xffff).putLong(40, plain.length).putInt(plain.length + 44, 2);
        assertThat(ElfKernel.parse(Content.of(extended)).segments()).hasSize(2);
        file.putInt(plain.length + 44, -1);
        assertThat(catchThrowableOfType(MalformedInputException.class, () -> ElfKernel.parse(Content.of(extended))))
                .hasMessageContaining("at most 65536 program headers, are 4294967295");
    }

    /** Debug information of more than 2 GiB, and a section table that is damaged, are nothing that is loaded. */
    @Test
    void readsFilesThatNoBufferHolds() throws IOException {
        Content gap = Content.concat(Collections.nCopies(3 << 10, Content.of(new byte[1 << 20])));
        byte[] bytes = ElfImages.x8664().load(0, 0x100000, new byte[0], 0x2000).bytes();
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(40, 0x1234)
                .putLong(64 + 8, bytes.length + gap.size())
                .putLong(64 + 32, 16);
        ElfKernel kernel = ElfKernel.parse(Content.concat(List.of(Content.of(bytes), gap, Content.of(bytes(16, 5)))));
        assertThat(kernel.segments().get(0).content()).isEqualTo(Content.of(bytes(16, 5)));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = vmlinux().bytes();
        for (int length = 0; length < whole.length; length++) {
            Content cut = Content.of(Arrays.copyOf(whole, length));
            assertThat(catchThrowableOfType(MalformedInputException.class, () -> ElfKernel.parse(cut)))
                    .as("%d bytes", length)
                    .isNotNull();
        }
    }

    @Test
    void changesAreSurvived() throws IOException {
        byte[] whole = vmlinux()
                .header(4, 0, 0, ElfNotesTest.note("Xen", 18, new byte[8], 4), 20, 4)
                .bytes();
        int accepted = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] changed = whole.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                changed[random.nextInt(64 + 3 * 56)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(2) - 1);
            }
            try {
                ElfKernel kernel = ElfKernel.parse(Content.of(changed));
                assertThat(kernel.segments())
                        .anyMatch(segment -> segment.range().contains(kernel.entry()));
                assertThat(LoadSegment.pages(kernel.segments(), 4096)).isNotEmpty();
                assertThat(kernel.notes()).hasSizeLessThan(4097);
                accepted++;
            } catch (MalformedInputException e) {
                assertThat(e.format()).isEqualTo("ELF kernel");
            }
        }
        assertThat(accepted).isBetween(1, MUTATIONS - 1);
    }
}

package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CoreHeaderTest {
    private static final CoreNotes NOTES = new CoreNotes(0x7ff000, 0x170);
    private static final CoreMemory MEMORY = new CoreMemory(0xc000_0000L, 0x10_0000, 0x8000, 0x10_0000);

    static Stream<Arguments> kinds() {
        return ElfLayoutTest.kinds();
    }

    /** Against a slow model that writes one number after the other. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everyNumberLiesWhereTheDumpKernelReadsIt(ElfClass elfClass, ByteOrder order) {
        for (int seed = 0; seed < 500; seed++) {
            CoreHeader header = RawCoreHeader.random(seed, elfClass, order);

            assertThat(header.bytes())
                    .as("seed %d: %s", seed, header)
                    .isEqualTo(ByteBuffer.wrap(RawCoreHeader.image(header).bytes()));
            assertThat(header.size()).isEqualTo(header.bytes().remaining());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsWrittenIsRead(ElfClass elfClass, ByteOrder order) throws Exception {
        for (int seed = 0; seed < 500; seed++) {
            CoreHeader header = RawCoreHeader.random(seed, elfClass, order);

            assertThat(CoreHeader.parse(header.bytes())).as("seed %d", seed).isEqualTo(header);
            assertThat(CoreHeader.parse(paddedBuffer(header))).isEqualTo(header);
        }
    }

    /** With bytes before and behind, and in a buffer of the other byte order. */
    private static ByteBuffer paddedBuffer(CoreHeader header) {
        ByteBuffer bytes = header.bytes();
        byte[] padded = new byte[bytes.remaining() + 7 + 4096];
        Arrays.fill(padded, (byte) 0xa5);
        bytes.get(padded, 7, bytes.remaining());
        return ByteBuffer.wrap(padded).position(7);
    }

    @Test
    void theCallersBuffersAreLeftAlone() throws Exception {
        CoreHeader header = header(ElfClass.ELF64, List.of(NOTES), List.of(MEMORY));
        ByteBuffer file = paddedBuffer(header);

        CoreHeader.parse(file);

        assertThat(file.position()).isEqualTo(7);
        assertThat(header.bytes().isReadOnly()).isTrue();
        assertThat(header.bytes().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        List<CoreNotes> notes = new ArrayList<>(List.of(NOTES));
        CoreHeader copied = header(ElfClass.ELF64, notes, List.of());
        notes.clear();
        assertThat(copied.notes()).containsExactly(NOTES);
    }

    /** What the dump kernel makes of it: notes that begin in the file, and memory at offsets in it. */
    @Test
    void theHeaderOfADumpIsRead() throws Exception {
        CoreHeader header = header(ElfClass.ELF64, List.of(NOTES), List.of(MEMORY));
        ElfImage dump = RawCoreHeader.image(header)
                .with("e_flags", 0x5)
                .with("e_entry", 0x1234)
                .with("EI_OSABI", 3)
                .with("ph0.p_offset", 0x1000)
                .with("ph0.p_paddr", 0)
                .with("ph0.p_align", 4)
                .with("ph1.p_offset", 0x2000)
                .with("ph1.p_flags", 6)
                .with("ph1.p_align", 0x1000);

        CoreHeader read = CoreHeader.parse(ByteBuffer.wrap(dump.bytes()));

        assertThat(read)
                .isEqualTo(header(
                        ElfClass.ELF64,
                        List.of(new CoreNotes(0x1000, 0x170)),
                        List.of(new CoreMemory(0xc000_0000L, 0x10_0000, 0x8000, 0x2000))));
    }

    /** Dump kernels do not mind. */
    @Test
    void notesMayStandBehindMemory() throws Exception {
        ElfImage image = RawCoreHeader.image(header(ElfClass.ELF32, List.of(NOTES, NOTES), List.of(MEMORY)))
                .with("ph0.p_type", 1)
                .with("ph2.p_type", 4);

        CoreHeader read = CoreHeader.parse(ByteBuffer.wrap(image.bytes()));

        assertThat(read.notes()).containsExactly(NOTES, new CoreNotes(0x10_0000, 0x8000));
        assertThat(read.memory()).containsExactly(new CoreMemory(0, 0x7ff000, 0x170, 0x7ff000));
    }

    @Test
    void sizesAreKnownBeforehand() {
        assertThat(CoreHeader.size(ElfClass.ELF64, 0)).isEqualTo(64);
        assertThat(CoreHeader.size(ElfClass.ELF32, 1)).isEqualTo(52 + 32);
        assertThat(CoreHeader.size(ElfClass.ELF64, CoreHeader.MAX_PROGRAM_HEADERS))
                .isEqualTo(64 + 56 * 65534);
        assertRefused(() -> CoreHeader.size(ElfClass.ELF64, 65535), "65534 program headers, not 65535");
        assertRefused(() -> CoreHeader.size(ElfClass.ELF32, -1), "not -1");
    }

    @Test
    void thereAreAtMost65534ProgramHeaders() throws Exception {
        for (ElfClass elfClass : ElfClass.values()) {
            List<CoreNotes> notes = Collections.nCopies(8192, NOTES);
            CoreHeader most = header(elfClass, notes, Collections.nCopies(65534 - 8192, MEMORY));

            assertThat(CoreHeader.parse(most.bytes())).isEqualTo(most);
            assertThat(most.size()).isEqualTo(CoreHeader.size(elfClass, 65534));
            assertRefused(() -> header(elfClass, notes, Collections.nCopies(65535 - 8192, MEMORY)), "not 65535");
            assertRefused(() -> header(elfClass, Collections.nCopies(65535, NOTES), List.of()), "not 65535");
        }
    }

    @Test
    void anEmptyHeaderIsRefused() {
        assertRefused(() -> header(ElfClass.ELF64, List.of(), List.of()), "must describe something");
    }

    @Test
    void machinesHave16Bits() {
        for (int machine : new int[] {-1, 0x10000}) {
            assertRefused(
                    () -> new CoreHeader(ElfClass.ELF64, ByteOrder.BIG_ENDIAN, machine, List.of(NOTES), List.of()),
                    "not " + machine);
        }
    }

    @Test
    void rangesEndWhereAddressesEnd() {
        assertThat(new CoreNotes(-0x1000, 0x1000)).isNotNull();
        assertThat(new CoreMemory(-1, 0, -1, 1)).isNotNull();
        assertRefused(() -> new CoreNotes(-0x1000, 0x1001), "0x1001 bytes at 0xfffffffffffff000");
        assertRefused(() -> new CoreNotes(1, -1 + 1), "empty");
        assertRefused(() -> new CoreNotes(2, -1), "0xffffffffffffffff bytes at 0x2");
        assertRefused(() -> new CoreMemory(0, 2, -1, 0), "0xffffffffffffffff bytes at 0x2");
        assertRefused(() -> new CoreMemory(0, 0, -1, 2), "read: 0xffffffffffffffff bytes at 0x2");
        assertRefused(() -> new CoreMemory(0, Long.MIN_VALUE, Long.MIN_VALUE + 1, 0), "0x8000000000000001 bytes");
    }

    @Test
    void a32BitHeaderReachesTo4GiB() throws Exception {
        CoreHeader all = header(
                ElfClass.ELF32,
                List.of(new CoreNotes(0xffff_fff0L, 0x10)),
                List.of(new CoreMemory(0xffff_ffffL, 0, 0xffff_ffffL, 1)));
        assertThat(CoreHeader.parse(all.bytes())).isEqualTo(all);

        assertNarrow(new CoreNotes(0xffff_fff0L, 0x11), "0x11 bytes at 0xfffffff0");
        assertNarrow(new CoreNotes(1L << 32, 1), "at 0x100000000");
        assertNarrow(new CoreNotes(-1, 1), "at 0xffffffffffffffff");
        assertNarrow(new CoreMemory(1L << 32, 0, 1, 0), "at 0x100000000");
        assertNarrow(new CoreMemory(-1, 0, 1, 0), "at 0xffffffffffffffff");
        assertNarrow(new CoreMemory(0, 1L << 32, 1, 0), "at 0x100000000");
        assertNarrow(new CoreMemory(0, 0, 1, 1L << 32), "at 0x100000000");
        assertNarrow(new CoreMemory(0, 1, 0xffff_ffffL + 1, 0), "0x100000000 bytes at 0x1");
        // A size of 4 GiB does not fit either, though its range does.
        assertNarrow(new CoreMemory(0, 0, 1L << 32, 0), "0x100000000");
    }

    private static void assertNarrow(CoreNotes notes, String message) {
        assertThat(header(ElfClass.ELF64, List.of(notes), List.of())).isNotNull();
        assertRefused(() -> header(ElfClass.ELF32, List.of(notes), List.of()), message);
    }

    private static void assertNarrow(CoreMemory memory, String message) {
        assertThat(header(ElfClass.ELF64, List.of(), List.of(memory))).isNotNull();
        assertRefused(() -> header(ElfClass.ELF32, List.of(), List.of(memory)), message);
    }

    private static CoreHeader header(ElfClass elfClass, List<CoreNotes> notes, List<CoreMemory> memory) {
        return new CoreHeader(elfClass, ByteOrder.LITTLE_ENDIAN, ElfHeader.EM_X86_64, notes, memory);
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
    }
}

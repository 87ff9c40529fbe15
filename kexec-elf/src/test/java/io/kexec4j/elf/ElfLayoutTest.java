package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again; sizes and limits. */
class ElfLayoutTest {
    private static final long GIB = 1 << 30;

    static Stream<Arguments> kinds() {
        return Stream.of(ElfClass.values())
                .flatMap(elfClass -> Fixtures.ORDERS.stream().map(order -> Arguments.of(elfClass, order)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whatIsWrittenIsRead(ElfClass elfClass, ByteOrder order) throws Exception {
        for (int seed = 0; seed < 500; seed++) {
            WrittenFile written = WrittenFile.random(seed, elfClass, order);

            ElfFile file = ElfFile.parse(ByteBuffer.wrap(written.bytes()));

            assertThat(file.header())
                    .as("seed %d", seed)
                    .isEqualTo(written.layout().header());
            assertThat(file.programHeaders()).isEqualTo(written.layout().programHeaders());
            assertThat(file.notes()).isEqualTo(written.notes());
            for (Map.Entry<Integer, byte[]> content : written.contents().entrySet()) {
                ProgramHeader segment = file.programHeaders().get(content.getKey());
                assertThat(file.content(segment)).isEqualTo(ByteBuffer.wrap(content.getValue()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void placedSegmentsDoNotOverlapAndCanBeMapped(ElfClass elfClass, ByteOrder order) {
        for (int seed = 0; seed < 500; seed++) {
            WrittenFile written = WrittenFile.random(seed, elfClass, order);
            long end = written.layout().head().remaining();
            for (int placed : written.contents().keySet()) {
                ProgramHeader segment = written.layout().programHeaders().get(placed);
                long alignment = Math.max(segment.alignment(), 1);
                assertThat(segment.offset())
                        .as("seed %d", seed)
                        .isBetween(end, end + alignment - 1)
                        .matches(offset -> offset % alignment == segment.virtualAddress() % alignment);
                end = segment.offset() + segment.fileSize();
            }
            assertThat(written.layout().size()).isEqualTo(end);
        }
    }

    @Test
    void aFileWithoutSegmentsIsAHeader() throws Exception {
        ElfLayout layout = ElfLayout.builder(ElfClass.ELF64, ByteOrder.BIG_ENDIAN)
                .type(ElfHeader.ET_DYN)
                .machine(ElfHeader.EM_S390)
                .abi(3, 1)
                .entry(-2)
                .flags(0x80000001)
                .build();

        assertThat(layout.size()).isEqualTo(64);
        assertThat(ElfFile.parse(layout.head()).header()).isEqualTo(layout.header());
        assertThat(layout.header().entry()).isEqualTo(-2);
        assertThat(layout.header().flags()).isEqualTo(0x80000001);
        assertThat(layout.head().isReadOnly()).isTrue();
    }

    /** The content itself is never held. */
    @Test
    void contentMayBeLargerThanABuffer() throws Exception {
        ElfLayout layout = core().place(load(0x1000, 5 * GIB, 0x1000))
                .place(load(0x2_0000_0000L, 3, 0x1000))
                .build();

        assertThat(layout.programHeaders())
                .extracting(ProgramHeader::offset)
                .containsExactly(0x1000L, 0x1000 + 5 * GIB);
        assertThat(layout.size()).isEqualTo(0x1003 + 5 * GIB);
        assertThat(ElfFile.parse(layout.head()).programHeaders()).isEqualTo(layout.programHeaders());
    }

    /** In the core header of a crash dump, offsets are physical addresses, and there is no alignment. */
    @Test
    void segmentsAreTakenAsTheyAre() throws Exception {
        ProgramHeader notes = new ProgramHeader(ProgramHeader.PT_NOTE, 0, 0x7ff000, 0, 0x7ff000, 0x160, 0x160, 0);
        ProgramHeader ram = new ProgramHeader(
                ProgramHeader.PT_LOAD, 7, 0x1_0000_0000L, 0xffff_8881_0000_0000L, 0x1_0000_0000L, GIB, GIB, 0);

        ElfLayout layout = core().segment(notes).segment(ram).build();

        assertThat(layout.programHeaders()).containsExactly(notes, ram);
        assertThat(ElfFile.parse(layout.head()).programHeaders()).containsExactly(notes, ram);
        assertThat(layout.size()).isEqualTo(64 + 2 * 56);
    }

    /** From 0xffff on, their number stands in section 0. */
    @ParameterizedTest
    @ValueSource(ints = {0xfffe, 0xffff, 0x10000, 0x12345})
    void thereMayBeManySegments(int count) throws Exception {
        for (ElfClass elfClass : ElfClass.values()) {
            ElfLayout.Builder builder = ElfLayout.builder(elfClass, ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                builder.segment(load(i * 0x1000L, 0x1000, 0));
            }
            ElfLayout layout = builder.notes(List.of(note("X", 1, 5))).build();

            ElfFile file = ElfFile.parse(layout.head());

            assertThat(file.header()).isEqualTo(layout.header());
            assertThat(file.programHeaders()).hasSize(count + 1).isEqualTo(layout.programHeaders());
            assertThat(file.sections()).hasSize(count + 1 < 0xffff ? 0 : 1);
            assertThat(file.notes()).containsExactly(note("X", 1, 5));
        }
    }

    @Test
    void notesLieInTheHead() throws Exception {
        List<Note> first = List.of(note("kexec4j", 1, 0), note("", 7, 3));
        List<Note> second = List.of(note("später", -1, 4));
        ElfLayout layout = core().notes(first)
                .place(load(0x1000, 0x10, 0x1000))
                .notes(second)
                .build();

        assertThat(layout.head().remaining()).isLessThan(0x1000);
        assertThat(ElfFile.parse(layout.head()).notes()).containsExactly(first.get(0), first.get(1), second.get(0));
    }

    @Test
    void numbersMustFit() {
        ElfLayout.Builder wide = ElfLayout.builder(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN);
        assertRefused(wide.entry(1L << 32), "e_entry of a 32-bit file");
        for (long[] numbers : new long[][] {
            {1L << 32, 0, 0, 0, 0, 0},
            {0, 1L << 32, 0, 0, 0, 0},
            {0, 0, -1, 0, 0, 0},
            {0, 0, 0, 1L << 32, 1L << 32, 0},
            {0, 0, 0, 0, 1L << 32, 0},
            {0, 0, 0, 0, 0, 1L << 63}
        }) {
            ProgramHeader segment = new ProgramHeader(
                    ProgramHeader.PT_LOAD, 0, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
            assertRefused(
                    ElfLayout.builder(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN).segment(segment), "of a 32-bit file");
            assertThat(core().segment(segment).build().programHeaders()).containsExactly(segment);
        }
        assertRefused(core().type(0x10000), "e_type");
        assertRefused(core().machine(-1), "e_machine");
        assertRefused(core().abi(0x100, 0), "EI_OSABI");
        assertRefused(core().abi(0, -1), "EI_ABIVERSION");
    }

    @Test
    void aFileHasLessThan2To63Bytes() {
        ProgramHeader large = new ProgramHeader(ProgramHeader.PT_LOAD, 0, 0, 0, 0, Long.MAX_VALUE - 0xfff, -1, 0x1000);
        assertRefused(core().place(large), "2^63");
        assertRefused(core().place(new ProgramHeader(ProgramHeader.PT_LOAD, 0, 0, 0, 0, -1, -1, 0)), "2^63");
        assertRefused(core().place(load(0, 1, Long.MIN_VALUE)), "2^63");
    }

    @Test
    void contradictionsAreRefused() {
        assertRefused(core().segment(new ProgramHeader(ProgramHeader.PT_LOAD, 0, 0, 0, 0, 2, 1, 0)), "p_memsz");
        assertThatIllegalArgumentException().isThrownBy(() -> core().place(load(0, 1, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> core().notes(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> core().notes(List.of(note("a\0b", 1, 1))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> core().place(new ProgramHeader(ProgramHeader.PT_LOAD, 0, 8, 0, 0, 1, 1, 0)));
    }

    static ElfLayout.Builder core() {
        return ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .type(ElfHeader.ET_CORE)
                .machine(ElfHeader.EM_X86_64);
    }

    static ProgramHeader load(long address, long size, long alignment) {
        return new ProgramHeader(ProgramHeader.PT_LOAD, 7, 0, address, address, size, size, alignment);
    }

    private static Note note(String name, int type, int size) {
        return new Note(name, type, ByteBuffer.allocate(size));
    }

    private static void assertRefused(ElfLayout.Builder builder, String rule) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining(rule);
    }

    /** A layout with its content put in place. */
    record WrittenFile(ElfLayout layout, List<Note> notes, Map<Integer, byte[]> contents) {
        static WrittenFile random(int seed, ElfClass elfClass, ByteOrder order) {
            Random random = new Random(seed);
            ElfLayout.Builder builder = ElfLayout.builder(elfClass, order)
                    .type(ElfHeader.ET_EXEC)
                    .machine(random.nextInt(0x10000))
                    .entry(random.nextInt(1 << 30))
                    .abi(random.nextInt(256), random.nextInt(256))
                    .flags(random.nextInt());
            List<Note> notes = new ArrayList<>();
            Map<Integer, byte[]> contents = new TreeMap<>();
            int count = random.nextInt(8);
            for (int i = 0; i < count; i++) {
                if (random.nextInt(4) == 0) {
                    List<Note> some = notes(random, order);
                    notes.addAll(some);
                    builder.notes(some);
                } else {
                    byte[] content = bytes(random, random.nextInt(200));
                    contents.put(i, content);
                    long alignment = random.nextInt(4) == 0 ? 0 : 1L << random.nextInt(10);
                    builder.place(new ProgramHeader(
                            ProgramHeader.PT_LOAD,
                            random.nextInt(8),
                            0,
                            random.nextInt(1 << 20),
                            random.nextInt(1 << 20),
                            content.length,
                            content.length + random.nextInt(1000),
                            alignment));
                }
            }
            return new WrittenFile(builder.build(), notes, contents);
        }

        private static List<Note> notes(Random random, ByteOrder order) {
            List<Note> notes = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                notes.add(new Note(
                        "ABCDEFGHIJ".substring(random.nextInt(11)),
                        random.nextInt(),
                        ByteBuffer.wrap(bytes(random, random.nextInt(20))).order(order)));
            }
            return notes;
        }

        private static byte[] bytes(Random random, int size) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            return bytes;
        }

        byte[] bytes() {
            ByteBuffer out = ByteBuffer.allocate((int) layout.size());
            out.put(layout.head());
            contents.forEach(
                    (i, content) -> out.put((int) layout.programHeaders().get(i).offset(), content));
            return out.array();
        }
    }
}

package io.kexec4j.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: MalformedInputException, or an image. */
class HostileContainerTest {
    private static final byte[] SMALL = ImageContainerTest.bytes(SampleImages.small());
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int HEADER = 64;
    private static final int FIRST_LOAD = HEADER + 56;
    private static final int SECOND_LOAD = FIRST_LOAD + 56;
    /** SHA-256 of nothing. */
    private static final byte[] NO_DIGEST =
            HexFormat.of().parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < SMALL.length; length++) {
            byte[] shorter = Arrays.copyOf(SMALL, length);
            assertThatThrownBy(() -> ImageContainer.readUnverified(Content.of(shorter)))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedInputException.class);
        }
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                field("type", bytes -> bytes.putShort(16, (short) 4), "ET_EXEC"),
                field("machine", bytes -> bytes.putShort(18, (short) 8), "machine 8"),
                field("entry in no segment", bytes -> bytes.putLong(24, 0x30_0000), "the entry 0x300000"),
                field("no program headers", bytes -> bytes.putShort(56, (short) 0), "PT_NOTE"),
                field(
                        "no segments",
                        bytes -> bytes.putShort(56, (short) 1),
                        "note 1 must be of type 3 \\(remark\\)|entry"),
                field("sections", bytes -> bytes.putLong(40, 64).putShort(58, (short) 64), "section|sh_|e_sh"),
                field("first is no note", bytes -> bytes.putInt(HEADER, 1), "p_memsz|PT_NOTE"),
                field("second type", bytes -> bytes.putInt(FIRST_LOAD, 6), "PT_LOAD"),
                field("second notes", bytes -> bytes.putInt(FIRST_LOAD, 4), "PT_LOAD|note|overlap|alignment|aligned"),
                field("offset behind the end", bytes -> bytes.putLong(FIRST_LOAD + 8, SMALL.length), "segment 0"),
                field("offset huge", bytes -> bytes.putLong(FIRST_LOAD + 8, -1), "segment 0"),
                field("address differs", bytes -> bytes.putLong(FIRST_LOAD + 16, 0x20_0000), "p_vaddr"),
                field("content too large", bytes -> bytes.putLong(FIRST_LOAD + 32, 0x10_0000), "segment 0"),
                field("content over memory", bytes -> bytes.putLong(FIRST_LOAD + 32, 0x10_0001), "p_memsz"),
                field("memory wraps", bytes -> bytes.putLong(FIRST_LOAD + 40, -1), "segment 0: a range must"),
                field("no whole page", bytes -> bytes.putLong(FIRST_LOAD + 40, 0x1235), "page of 0x1000"),
                field("overlap", bytes -> bytes.putLong(FIRST_LOAD + 40, 0x7f00_0000), "overlap"),
                field("order", bytes -> address(bytes, SECOND_LOAD, 0), "ascending"),
                field("twice the same", bytes -> address(bytes, SECOND_LOAD, 0x10_0000), "ascending"));
    }

    private static void address(ByteBuffer bytes, int programHeader, long address) {
        bytes.putLong(programHeader + 16, address).putLong(programHeader + 24, address);
    }

    private static Arguments field(String name, Consumer<ByteBuffer> change, String rule) {
        return Arguments.of(name, change, rule);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void wrongFieldsAreRefused(String name, Consumer<ByteBuffer> change, String rule) {
        byte[] bytes = SMALL.clone();
        change.accept(ByteBuffer.wrap(bytes).order(ORDER));

        assertThatThrownBy(() -> ImageContainer.read(Content.of(bytes)))
                .as(name)
                .isInstanceOf(MalformedInputException.class)
                .message()
                .containsPattern(rule);
    }

    @Test
    void extremeValuesEverywhereAreSurvived() {
        long[] values = {0, 1, 2, 0xff, 0x7fff_ffff, -1, Long.MIN_VALUE, Long.MAX_VALUE, SMALL.length};
        int head = 64 + 4 * 56 + 400;
        for (int at = 0; at + 8 <= head; at += 4) {
            for (long value : values) {
                byte[] wide = SMALL.clone();
                ByteBuffer.wrap(wide).order(ORDER).putLong(at, value);
                assertSurvived(wide, "u64 at %d = %d".formatted(at, value));
                byte[] narrow = SMALL.clone();
                ByteBuffer.wrap(narrow).order(ORDER).putInt(at, (int) value);
                assertSurvived(narrow, "u32 at %d = %d".formatted(at, value));
            }
        }
    }

    @Test
    void randomChangesAreSurvived() {
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            byte[] changed = SMALL.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                changed[random.nextInt(800)] = (byte) random.nextInt();
            }
            assertSurvived(changed, "seed " + seed);
        }
    }

    private static void assertSurvived(byte[] bytes, String what) {
        String first = outcome(bytes, what);
        assertThat(outcome(bytes, what)).as(what).isEqualTo(first);
    }

    private static String outcome(byte[] bytes, String what) {
        try {
            ImageContainer.isContainer(Content.of(bytes));
            return ImageContainer.read(Content.of(bytes)).describe();
        } catch (MalformedInputException e) {
            return e.toString();
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    /** All content is behind the head, so each of these is a change of one segment. */
    @Test
    void aWrongDigestNamesTheSegment() throws IOException {
        for (int at : new int[] {0x1000, 0x1000 + 0x1233, 0x3000, 0x3000 + 16}) {
            byte[] bytes = SMALL.clone();
            bytes[at] ^= 1;
            Content damaged = Content.of(bytes);
            String name = at < 0x3000
                    ? "segment 0, the kernel at [0x100000, 0x200000)"
                    : "segment 1, the initrd at [0x7f000000, 0x7f001000)";

            assertThatThrownBy(() -> ImageContainer.read(damaged))
                    .isInstanceOfSatisfying(
                            MalformedInputException.class,
                            e -> assertThat(e.offset()).isEqualTo(at < 0x3000 ? 0x1000 : 0x3000))
                    .hasMessageContaining(name)
                    .hasMessageContaining("SHA-256");
            assertThat(ImageContainer.readUnverified(damaged)).isNotEqualTo(SampleImages.small());
        }
    }

    static Stream<Arguments> notes() {
        return Stream.of(
                Arguments.of(List.of(segment("kernel", "")), "note 0 must be of type 1 \\(image\\)"),
                Arguments.of(List.of(image(), image()), "note 1 must be of type 2 \\(segment\\)"),
                Arguments.of(List.of(image()), "note 1 must be of type 2 \\(segment\\)"),
                Arguments.of(
                        List.of(image(), remark("x"), segment("kernel", "")), "note 1 must be of type 2 \\(segment\\)"),
                Arguments.of(
                        List.of(image(), segment("kernel", ""), segment("kernel", "")),
                        "note 2 must be of type 3 \\(remark\\)"),
                Arguments.of(List.of(image(), segment("kernel", ""), note(4, new byte[0])), "note 2"),
                Arguments.of(
                        List.of(image(), segment("kernel", ""), new Note("GNU", 3, ByteBuffer.allocate(4))), "note 2"),
                Arguments.of(List.of(image(), segment("kernel2", "")), "role \"kernel2\" of segment 0 is not known"),
                Arguments.of(List.of(image(), segment("", "")), "role \"\""),
                Arguments.of(List.of(image(), segment("x".repeat(5000), "")), "role \"x{80}\\.\\.\\.\""),
                Arguments.of(List.of(image(2, 0, 0x1000), segment("kernel", "")), "version of the container is 2"),
                Arguments.of(List.of(image(0, 0, 0x1000), segment("kernel", "")), "version of the container is 0"),
                Arguments.of(List.of(note(1, new byte[0]), segment("kernel", "")), "version of the container is 0"),
                Arguments.of(List.of(note(1, new byte[] {1, 0, 0, 0}), segment("kernel", "")), "16 bytes, not 4"),
                Arguments.of(List.of(image(1, 0x12, 0x1000), segment("kernel", "")), "flags 0x10 .* not known"),
                Arguments.of(List.of(image(1, -1, 0x1000), segment("kernel", "")), "flags 0xfffffff0"),
                Arguments.of(List.of(image(1, 0, 0), segment("kernel", "")), "power of two"),
                Arguments.of(List.of(image(1, 0, 0x3000), segment("kernel", "")), "power of two"),
                Arguments.of(List.of(image(1, 0, 0x4000), segment("kernel", "")), "page of 0x4000"),
                Arguments.of(List.of(image(), note(2, new byte[31])), "32 bytes must lie"),
                Arguments.of(List.of(image(), note(2, new byte[35])), "4 bytes must lie"),
                Arguments.of(List.of(image(), segment("kernel", "", 7)), "7 bytes must lie"),
                Arguments.of(List.of(image(), segment("kernel", "", -1)), "4294967295 bytes must lie"),
                Arguments.of(List.of(image(), segment("kernel", ""), note(3, new byte[] {(byte) 0xff})), "UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("notes")
    void wrongNotesAreRefused(List<Note> notes, String rule) {
        Content container = container(notes, 1);

        assertThatThrownBy(() -> ImageContainer.read(container))
                .isInstanceOf(MalformedInputException.class)
                .message()
                .containsPattern(rule);
    }

    /** Made by hand as the documentation says: the reader does not just agree with the writer. */
    @Test
    void whatTheDocumentationSaysIsRead() throws IOException {
        KexecImage image = ImageContainer.read(
                container(List.of(image(1, 1, 0x1000), segment("purgatory", "here"), remark("a"), remark("")), 1));

        assertThat(image.describe()).contains("purgatory  0x1000  0x1fff  4 KiB   0 B      here");
        assertThat(image.flagBits()).isEqualTo(0x3e0001);
        assertThat(image.remarks()).containsExactly("a", "");
    }

    @Test
    void aSeventeenthSegmentIsRefused() throws IOException {
        List<Note> notes = new ArrayList<>(List.of(image()));
        for (int i = 0; i < 16; i++) {
            notes.add(segment("kernel", ""));
        }
        assertThat(ImageContainer.read(container(notes, 16)).segments()).hasSize(16);
        notes.add(segment("kernel", ""));
        assertThatThrownBy(() -> ImageContainer.read(container(notes, 17)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("at most 16 segments, not 17");
    }

    @Test
    void otherClassesAndByteOrdersAreRefused() {
        for (ElfLayout.Builder builder : List.of(
                ElfLayout.builder(ElfClass.ELF32, ORDER), ElfLayout.builder(ElfClass.ELF64, ByteOrder.BIG_ENDIAN))) {
            Content container = container(builder, List.of(image(), segment("kernel", "")), 1);
            assertThatThrownBy(() -> ImageContainer.read(container)).isInstanceOf(MalformedInputException.class);
        }
    }

    private static Content container(List<Note> notes, int segments) {
        return container(ElfLayout.builder(ElfClass.ELF64, ORDER), notes, segments);
    }

    private static Content container(ElfLayout.Builder builder, List<Note> notes, int segments) {
        builder.type(ElfHeader.ET_EXEC)
                .machine(ElfHeader.EM_X86_64)
                .entry(0x1000)
                .notes(notes);
        for (int i = 1; i <= segments; i++) {
            builder.place(new ProgramHeader(ProgramHeader.PT_LOAD, 7, 0, i * 0x1000L, i * 0x1000L, 0, 0x1000, 0));
        }
        return Content.of(builder.build().head());
    }

    private static Note image() {
        return image(1, 0, 0x1000);
    }

    private static Note image(int version, int flags, long pageSize) {
        return new Note(
                "kexec4j",
                1,
                ByteBuffer.allocate(16)
                        .order(ORDER)
                        .putInt(version)
                        .putInt(flags)
                        .putLong(pageSize)
                        .flip());
    }

    private static Note segment(String role, String reason) {
        return segment(role, reason, role.length());
    }

    private static Note segment(String role, String reason, int roleSize) {
        byte[] texts = (role + reason).getBytes(StandardCharsets.UTF_8);
        return new Note(
                "kexec4j",
                2,
                ByteBuffer.allocate(36 + texts.length)
                        .order(ORDER)
                        .put(NO_DIGEST)
                        .putInt(roleSize)
                        .put(texts)
                        .flip());
    }

    private static Note remark(String text) {
        return note(3, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Note note(int type, byte[] content) {
        return new Note("kexec4j", type, ByteBuffer.wrap(content));
    }
}

package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmcoreinfoTest {
    private static final String TEXT = """
            OSRELEASE=6.12.94-generic
            BUILD-ID=0123456789abcdef
            PAGESIZE=65536
            SYMBOL(_stext)=ffffffff81000000
            SIZE(page)=64
            OFFSET(page.flags)=0
            OFFSET(list_head.next)=8
            LENGTH(zone.free_area)=11
            NUMBER(phys_base)=-16777216
            NUMBER(PHYS_OFFSET)=0xfff1000040000000
            NUMBER(phys_ram_base)=18446744073709551615
            KERNELOFFSET=1a400000
            CONFIG_X86_PAE=y
            CRASHTIME=1795221420
            """;

    @Test
    void everyFormIsRead() throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse(TEXT);

        assertThat(info.osRelease()).hasValue("6.12.94-generic");
        assertThat(info.pageSize()).hasValue(65536);
        assertThat(info.symbol("_stext")).hasValue(0xffffffff81000000L);
        assertThat(info.size("page")).hasValue(64);
        assertThat(info.offset("page.flags")).hasValue(0);
        assertThat(info.offset("list_head.next")).hasValue(8);
        assertThat(info.length("zone.free_area")).hasValue(11);
        assertThat(info.number("phys_base")).hasValue(-16777216);
        assertThat(info.number("PHYS_OFFSET")).hasValue(0xfff1000040000000L);
        assertThat(info.number("phys_ram_base")).hasValue(-1);
        assertThat(info.kernelOffset()).hasValue(0x1a400000);
        assertThat(info.values())
                .hasSize(14)
                .contains(entry("BUILD-ID", "0123456789abcdef"), entry("CONFIG_X86_PAE", "y"))
                .containsEntry("CRASHTIME", "1795221420");
        assertThat(info.values().keySet()).startsWith("OSRELEASE").endsWith("CRASHTIME");
    }

    @Test
    void whatTheTextHasNotIsEmpty() throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse("");

        assertThat(info.values()).isEmpty();
        assertThat(info.osRelease()).isEmpty();
        assertThat(info.pageSize()).isEmpty();
        assertThat(info.kernelOffset()).isEmpty();
        assertThat(info.number("x")).isEmpty();
        assertThat(info.symbol("x")).isEmpty();
        assertThat(info.size("x")).isEmpty();
        assertThat(info.offset("x")).isEmpty();
        assertThat(info.length("x")).isEmpty();
    }

    @Test
    void aValueMayBeEmptyOrHaveEqualsSigns() throws Exception {
        assertThat(Vmcoreinfo.parse("A=\nB=c=d\n=e\n").values()).isEqualTo(Map.of("A", "", "B", "c=d", "", "e"));
    }

    /** As makedumpfile and crash look for it. */
    @Test
    void theFirstOfSeveralLinesCounts() throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse("PAGESIZE=4096\nPAGESIZE=zero\n");

        assertThat(info.pageSize()).hasValue(4096);
    }

    /** In memory the note has the size of a page, and what is not text is zero. */
    @Test
    void theTextEndsAtANul() throws Exception {
        ByteBuffer page = ByteBuffer.allocate(4096).put(TEXT.getBytes(StandardCharsets.UTF_8));

        assertThat(Vmcoreinfo.parse(page.rewind())).isEqualTo(Vmcoreinfo.parse(TEXT));
        assertThat(page.position()).isZero();
        assertThat(Vmcoreinfo.parse("A=1\nB=2\0\nno line").values()).isEqualTo(Map.of("A", "1"));
    }

    /** At every byte: a value is there as a whole or not at all. */
    @Test
    void aTextThatIsCutHasNoHalfNumbers() throws Exception {
        byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
        Map<String, String> whole = Vmcoreinfo.parse(TEXT).values();
        for (int length = 0; length <= bytes.length; length++) {
            String cut = TEXT.substring(0, length);
            Vmcoreinfo info = Vmcoreinfo.parse(ByteBuffer.wrap(bytes, 0, length));

            assertThat(info.values())
                    .hasSize((int) cut.lines().count() - (cut.endsWith("\n") || cut.isEmpty() ? 0 : 1));
            assertThat(whole).containsAllEntriesOf(info.values());
        }
    }

    @Test
    void aLineHasAnEqualsSign() {
        assertBroken(() -> Vmcoreinfo.parse("A=1\nnothing\nB=2\n"), 4, "KEY=VALUE");
        assertBroken(() -> Vmcoreinfo.parse("\n"), 0, "KEY=VALUE");
        assertBroken(() -> Vmcoreinfo.parse("ä=1\n\n"), 5, "KEY=VALUE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+1", "0x", "1 ", " 1", "1k", "18446744073709551616", "٣", "--1", "-0x1", "a"})
    void aDecimalNumberHasDigits(String value) throws Exception {
        for (String key : List.of("PAGESIZE", "SIZE(x)", "OFFSET(x)", "LENGTH(x)", "NUMBER(x)")) {
            Vmcoreinfo info = Vmcoreinfo.parse("A=1\n%s=%s\n".formatted(key, value));
            ThrowingCallable call = switch (key.substring(0, 4)) {
                case "PAGE" -> info::pageSize;
                case "SIZE" -> () -> info.size("x");
                case "OFFS" -> () -> info.offset("x");
                case "LENG" -> () -> info.length("x");
                default -> () -> info.number("x");
            };
            assertBroken(call, 5 + key.length(), key);
            assertThat(info.values()).containsEntry(key, value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x1", "-1", "+1", "g", "1 ", "10000000000000000", "٣"})
    void aHexadecimalNumberHasDigits(String value) throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse("KERNELOFFSET=%s\nSYMBOL(x)=%s\n".formatted(value, value));

        assertBroken(info::kernelOffset, 13, "KERNELOFFSET must be a number of 64 bits, base 16");
        int valueSize = value.getBytes(StandardCharsets.UTF_8).length;
        assertBroken(() -> info.symbol("x"), 24 + valueSize, "SYMBOL(x)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-9223372036854775809", "0x10000000000000000", "0x-1", "0X1", "-٣"})
    void aNumberHas64Bits(String value) throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse("NUMBER(x)=" + value + "\n");

        assertBroken(() -> info.number("x"), 10, "NUMBER(x)");
    }

    @Test
    void numbersReachToTheirLimits() throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse(
                "NUMBER(a)=-9223372036854775808\nNUMBER(b)=0xffffffffffffffff\nNUMBER(c)=-0\nKERNELOFFSET=FFFFFFFFFFFFFFFF\n");

        assertThat(info.number("a")).hasValue(Long.MIN_VALUE);
        assertThat(info.number("b")).hasValue(-1);
        assertThat(info.number("c")).hasValue(0);
        assertThat(info.kernelOffset()).hasValue(-1);
    }

    /** Against a model that splits strings. */
    @Test
    void randomTextsAreReadAsTheModelReadsThem() throws Exception {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append("ab=1\n(é".charAt(random.nextInt(7)));
            }
            String some = text.toString();
            Map<String, String> expected = new LinkedHashMap<>();
            boolean broken = false;
            String[] lines = some.split("\n", -1);
            for (int i = 0; i < lines.length - 1; i++) {
                String[] parts = lines[i].split("=", 2);
                broken |= parts.length < 2;
                expected.putIfAbsent(parts[0], parts[parts.length - 1]);
            }
            if (broken) {
                assertThatThrownBy(() -> Vmcoreinfo.parse(some)).isInstanceOf(ElfFormatException.class);
            } else {
                assertThat(Vmcoreinfo.parse(some).values()).as("seed %d", seed).isEqualTo(expected);
            }
        }
    }

    /** As /proc/kcore has them: the notes of a process first, then this one, then memory that is not in the file. */
    @ParameterizedTest
    @EnumSource
    void theTextIsFoundAmongNotes(ElfClass elfClass) throws Exception {
        for (ByteOrder order : Fixtures.ORDERS) {
            ElfLayout layout = ElfLayout.builder(elfClass, order)
                    .type(ElfHeader.ET_CORE)
                    .notes(List.of(
                            new Note("CORE", 1, ByteBuffer.allocate(336)),
                            new Note("CORE", 3, ByteBuffer.allocate(136)),
                            new Note(Vmcoreinfo.NOTE_NAME, 1, ascii("A=other type\n")),
                            new Note("VMCOREINFO_XEN", 0, ascii("A=other name\n")),
                            new Note(Vmcoreinfo.NOTE_NAME, 0, ascii(TEXT)),
                            new Note(Vmcoreinfo.NOTE_NAME, 0, ascii("A=second\n"))))
                    .segment(new ProgramHeader(ProgramHeader.PT_LOAD, 7, 0x7fff_0000, 0, 0, 0x1000, 0x1000, 0x1000))
                    .build();

            assertThat(Vmcoreinfo.find(ElfFile.parse(layout.head()))).hasValue(Vmcoreinfo.parse(TEXT));
        }
    }

    @Test
    void aFileMayHaveNone() throws Exception {
        ElfLayout layout = ElfLayoutTest.core()
                .notes(List.of(new Note("CORE", 0, ByteBuffer.allocate(0))))
                .build();

        assertThat(Vmcoreinfo.find(ElfFile.parse(layout.head()))).isEmpty();
    }

    @Test
    void textsCompareByValue() throws Exception {
        Vmcoreinfo info = Vmcoreinfo.parse("A=1\nB=2\n");

        assertThat(info)
                .isEqualTo(Vmcoreinfo.parse("B=2\nA=1\n"))
                .hasSameHashCodeAs(Vmcoreinfo.parse("B=2\nA=1\n"))
                .isNotEqualTo(Vmcoreinfo.parse("A=1\n"))
                .hasToString("VMCOREINFO{A=1, B=2}");
        assertThatThrownBy(() -> info.values().put("C", "3")).isInstanceOf(UnsupportedOperationException.class);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertBroken(ThrowingCallable call, long offset, String rule) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.offset()).isEqualTo(offset);
            assertThat(e.rule()).contains(rule);
        });
    }
}

package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The head of the running kernel's memory as an ELF file. */
class KcoreTest {
    private static final int PHOFF = 32;
    private static final int PHNUM = 56;
    private static final int FIRST_HEADER = 64;

    private static byte[] head() {
        return CrashMachine.arm64().content("proc/kcore");
    }

    @Test
    void theHeadIsFoundStepByStep() throws MalformedInputException {
        byte[] head = head();
        int tables = 64 + 6 * 56;
        assertThat(KcoreSize.of(new byte[0])).isEqualTo(64);
        assertThat(KcoreSize.of(Arrays.copyOf(head, 64))).isEqualTo(tables);
        assertThat(KcoreSize.of(Arrays.copyOf(head, tables - 1))).isEqualTo(tables);
        assertThat(KcoreSize.of(Arrays.copyOf(head, tables))).isEqualTo(head.length);
        assertThat(KcoreSize.of(head)).isEqualTo(head.length);
    }

    /** kexec-tools reads 64 KiB, which is not enough for a machine with much memory in many pieces. */
    @Test
    void aHeadMayBeLargerThanAnyBuffer() throws MalformedInputException {
        List<ProgramHeader> loads = Collections.nCopies(5000, CrashMachine.segment(0xffff000000000000L, 0, 4096));
        byte[] head = CrashMachine.head(183, loads, List.of(CrashMachine.note("VMCOREINFO", 0, "PAGESIZE=4096\n")));
        assertThat(KcoreSize.of(Arrays.copyOf(head, 64))).isEqualTo(64 + 5001 * 56);
        assertThat(KcoreSize.of(head)).isEqualTo(head.length);
        assertThat(Kcore.parse(head).loads()).isEqualTo(loads);
    }

    @Test
    void aHeadThatIsCutOffAnywhereIsRefused() throws MalformedInputException {
        byte[] head = head();
        for (int size = 0; size < head.length; size++) {
            byte[] cut = Arrays.copyOf(head, size);
            assertThatThrownBy(() -> Kcore.parse(cut))
                    .as("%d of %d bytes", size, head.length)
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageStartingWith("proc/kcore: ");
            assertThat(KcoreSize.of(cut)).isBetween(Math.min(size + 1, 64), head.length);
        }
        assertThat(Kcore.parse(head).vmcoreinfo()).isPresent();
    }

    /** The file of a running kernel has 128 TiB and more. */
    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void behindTheHeadNothingIsRead(@TempDir Path root) throws IOException {
        CrashMachine machine = CrashMachine.arm64();
        CrashFacts facts = machine.writeTo(root).read().crash().orElseThrow();
        try (RandomAccessFile file =
                new RandomAccessFile(root.resolve("proc/kcore").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThat(TargetFiles.below(root).read().crash()).contains(facts);
        Path copy = root.resolve("copy");
        TargetFiles.below(root).capture(copy);
        assertThat(copy.resolve("proc/kcore").toFile().length()).isLessThan(1024);
        assertThat(TargetFiles.below(copy).read().crash()).contains(facts);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0x0, 7f 45 4c 46",
        "4, 1, 0x, ''",
        "4, 3, 0x4, EI_CLASS",
        "5, 2, 0x, ''",
        "16, 2, 0x10, must be of type ET_CORE",
        "20, 2, 0x14, e_version",
        "54, 57, 0x36, e_phentsize",
    })
    void aHeadOfAnotherKindIsRefused(int offset, int value, String where, String message) {
        byte[] head = head();
        head[offset] = (byte) value;
        assertThatThrownBy(() -> Kcore.parse(head))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("(offset " + where)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "32, -1, 0x20",
        "32, 0x800000, 0x20",
        "32, 0x7fffffffffffffff, 0x20",
        "72, -1, 0x48",
        "72, 0x800001, 0x48",
        "72, 0x7fffffffffffffff, 0x48",
        "96, -1, 0x48",
        "96, 0x800000, 0x48",
        "96, 0x7fffffffffffffff, 0x48",
    })
    void aHeadThatIsTooLargeIsRefusedBeforeItIsRead(int field, String value, String where) {
        byte[] head = head();
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putLong(field, Long.decode(value));
        assertThatThrownBy(() -> KcoreSize.of(head))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must lie in the first 8388608 bytes of the file (offset %s)".formatted(where));
    }

    @Test
    void fieldsLieWhereThisTestBelieves() {
        ByteBuffer head = ByteBuffer.wrap(head()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(head.getLong(PHOFF)).isEqualTo(FIRST_HEADER);
        assertThat(head.getShort(PHNUM)).isEqualTo((short) 6);
        assertThat(head.getInt(FIRST_HEADER)).isEqualTo(ProgramHeader.PT_NOTE);
        assertThat(head.getLong(72)).isEqualTo(64 + 6 * 56);
        assertThat(head.getLong(96)).isEqualTo(head.limit() - (64 + 6 * 56));
    }

    @Test
    void theNoteMayBeMissing() throws MalformedInputException {
        byte[] head = CrashMachine.arm64().describe("").content("proc/kcore");
        Kcore kcore = Kcore.parse(head);
        assertThat(kcore.vmcoreinfo()).isEmpty();
        assertThat(kcore.description().symbol("_stext")).isEmpty();
        assertThat(kcore.description().mappingOffset()).isEmpty();
    }

    @Test
    void theCopyHasTheNoteAndTheSegmentsOfRamOnly() throws MalformedInputException {
        CrashMachine machine = CrashMachine.arm64();
        CrashMemory memory = CrashMemory.parse(
                        new String(machine.content("proc/iomem"), StandardCharsets.ISO_8859_1), Optional.empty())
                .orElseThrow();
        byte[] bytes = Kcore.parse(head()).factsOnly(memory);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .contains("VMCOREINFO", "SYMBOL(_stext)=ffffc4f680410000")
                .doesNotContain("SECRET", "CORE\0");
        Kcore copy = Kcore.parse(bytes);
        assertThat(copy.machine()).isEqualTo(183);
        assertThat(copy.vmcoreinfo().map(Note::desc))
                .isEqualTo(Kcore.parse(head()).vmcoreinfo().map(Note::desc));
        assertThat(copy.loads()).extracting(ProgramHeader::physicalAddress).containsExactly(0x40200000L, 0x40000000L);
        assertThat(copy.factsOnly(memory)).isEqualTo(bytes);
    }
}

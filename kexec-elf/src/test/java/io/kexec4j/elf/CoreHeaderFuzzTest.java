package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are a core header or the declared exception; any core header is read as it was written. */
class CoreHeaderFuzzTest {
    static Stream<byte[]> seeds() {
        return HostileCoreHeaderTest.images().map(ElfImage::bytes);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) throws ElfFormatException {
        byte[] before = bytes.clone();
        CoreHeader header;
        try {
            header = CoreHeader.parse(ByteBuffer.wrap(bytes));
        } catch (ElfFormatException e) {
            assertThat(e.rule()).isNotBlank();
            return;
        }
        assertThat(bytes).as("the reader does not write").isEqualTo(before);
        assertThat(header.size()).isLessThanOrEqualTo(bytes.length);
        assertThat(CoreHeader.parse(header.bytes())).isEqualTo(header);
    }

    @FuzzTest
    void whatIsWrittenIsRead(FuzzedDataProvider data) throws ElfFormatException {
        CoreHeader header;
        try {
            ElfClass elfClass = data.pickValue(ElfClass.values());
            List<CoreNotes> notes = new ArrayList<>();
            for (int i = data.consumeInt(0, 5); i > 0; i--) {
                notes.add(new CoreNotes(data.consumeLong(), data.consumeLong() >>> data.consumeInt(0, 63)));
            }
            List<CoreMemory> memory = new ArrayList<>();
            for (int i = data.consumeInt(0, 5); i > 0; i--) {
                long size = data.consumeLong() >>> data.consumeInt(0, 63);
                memory.add(new CoreMemory(number(data), number(data), size, number(data)));
            }
            header = new CoreHeader(
                    elfClass, data.pickValue(Fixtures.ORDERS), data.consumeInt(0, 0xffff), notes, memory);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(header.bytes())
                .isEqualTo(ByteBuffer.wrap(RawCoreHeader.image(header).bytes()));
        assertThat(CoreHeader.parse(header.bytes())).isEqualTo(header);
    }

    private static long number(FuzzedDataProvider data) {
        return data.consumeLong() >>> data.consumeInt(0, 63);
    }
}

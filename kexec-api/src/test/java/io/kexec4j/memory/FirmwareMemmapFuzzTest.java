package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.error.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any texts in the files of the directory are a memory map that can be written and read again, or are refused. */
class FirmwareMemmapFuzzTest {
    private static final int FIELDS = 3;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "0x0\n0x9fbff\nSystem RAM\n0x100000\n0x7ffdbfff\nSystem RAM\n0xfffc0000\n0xffffffff\nReserved",
                        "0x1000\n0xfffffffffffffffe\nsomething new\n0x0\n0xfff\nUnknown E820 type",
                        "0x1000\n0x1fff\nSystem RAM\n0x1800\n0x2000\nSystem RAM")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The texts are separated by newlines: start, end and type of one entry after the other. */
    @MethodSource("seeds")
    @FuzzTest
    void anyTexts(byte[] bytes) {
        String[] texts = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1);
        List<FirmwareMemmap.Entry> entries = new ArrayList<>();
        for (int i = 0; i + FIELDS <= texts.length; i += FIELDS) {
            entries.add(new FirmwareMemmap.Entry(String.valueOf(i / FIELDS), texts[i], texts[i + 1], texts[i + 2]));
        }
        MemoryMap map;
        try {
            map = FirmwareMemmap.parse(entries);
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).contains("/sys/firmware/memmap/").hasSizeLessThan(500);
            return;
        }
        assertThat(map.regions()).hasSameSizeAs(entries);
        assertThat(parse(print(map))).isEqualTo(map);
    }

    private static MemoryMap parse(List<FirmwareMemmap.Entry> entries) {
        try {
            return FirmwareMemmap.parse(entries);
        } catch (MalformedInputException e) {
            throw new AssertionError(entries.toString(), e);
        }
    }

    private static List<FirmwareMemmap.Entry> print(MemoryMap map) {
        return map.regions().stream()
                .map(region -> new FirmwareMemmap.Entry(
                        "x",
                        "0x" + Long.toHexString(region.range().start()),
                        "0x" + Long.toHexString(region.range().end() - 1) + "\n",
                        region.type().name()))
                .toList();
    }
}

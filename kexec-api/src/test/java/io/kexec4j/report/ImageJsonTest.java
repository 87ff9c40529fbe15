package io.kexec4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jackson reads what the schema promises. */
class ImageJsonTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @Test
    void theSchemaIsWhatTheDocumentationSays() throws IOException {
        MemoryMap memory = new MemoryMap(List.of(
                new MemoryRegion(new PhysicalRange(0, 0x9fc00), RegionType.RAM),
                new MemoryRegion(new PhysicalRange(0x1_0000_0000L, 0x1_4000_0000L), RegionType.DRIVER_MANAGED)));

        assertThat(ImageJson.of(SampleImages.small(), memory)).isEqualTo("""
                {
                  "format_version": 1,
                  "architecture": "x86_64",
                  "page_size": 4096,
                  "entry": "0x100200",
                  "flags": {
                    "names": [
                      "KEXEC_ON_CRASH"
                    ],
                    "bits": "0x3e0001"
                  },
                  "segments": [
                    {
                      "index": 0,
                      "role": "kernel",
                      "address": "0x100000",
                      "memory_size": 1048576,
                      "content_size": 4660,
                      "sha256": "%s",
                      "reason": "as high as possible"
                    },
                    {
                      "index": 1,
                      "role": "initrd",
                      "address": "0x7f000000",
                      "memory_size": 4096,
                      "content_size": 17,
                      "sha256": "%s",
                      "reason": "below the kernel"
                    },
                    {
                      "index": 2,
                      "role": "purgatory",
                      "address": "0x100000000",
                      "memory_size": 8192,
                      "content_size": 0,
                      "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                      "reason": "nothing"
                    }
                  ],
                  "remarks": [
                    "the first remark",
                    "größer als nötig"
                  ],
                  "memory_map": [
                    {
                      "start": "0x0",
                      "end": "0x9fc00",
                      "size": 654336,
                      "type": "System RAM",
                      "e820_code": 1
                    },
                    {
                      "start": "0x100000000",
                      "end": "0x140000000",
                      "size": 1073741824,
                      "type": "System RAM (driver managed)",
                      "e820_code": null
                    }
                  ]
                }
                """.formatted(digest(0), digest(1)));
    }

    private static String digest(int segment) throws IOException {
        return SampleImages.small().segments().get(segment).content().sha256().toString();
    }

    @Test
    void anIndependentParserReadsIt() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            KexecImage image = SampleImages.random(seed);

            JsonNode json = MAPPER.readTree(ImageJson.of(image));

            assertThat(json.properties()).hasSize(7);
            assertThat(Long.parseUnsignedLong(json.get("entry").textValue().substring(2), 16))
                    .as("seed %d", seed)
                    .isEqualTo(image.entry());
            assertThat(json.get("page_size").longValue()).isEqualTo(image.pageSize());
            assertThat(texts(json.get("remarks"))).isEqualTo(image.remarks());
            assertThat(json.get("flags").get("names")).hasSize(image.flags().size());
            assertThat(json.get("segments")).hasSize(image.segments().size());
            for (int i = 0; i < image.segments().size(); i++) {
                JsonNode node = json.get("segments").get(i);
                Segment segment = image.segments().get(i);
                assertThat(node.get("index").intValue()).isEqualTo(i);
                assertThat(node.get("reason").textValue()).isEqualTo(segment.reason());
                assertThat(node.get("role").textValue())
                        .isEqualTo(segment.role().label());
                assertThat(node.get("address").textValue())
                        .isEqualTo("0x%x".formatted(segment.range().start()));
                assertThat(node.get("memory_size").longValue())
                        .isEqualTo(segment.range().size());
                assertThat(node.get("content_size").longValue())
                        .isEqualTo(segment.content().size());
            }
        }
    }

    @Test
    void everyCharacterSurvives() throws IOException {
        StringBuilder all = new StringBuilder("\uDC00\uD83D\uDE80\uD83D");
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            all.append((char) c);
        }
        String text = all.toString();

        String json = new JsonWriter().beginArray().value(text).endArray().text();

        assertThat(MAPPER.readTree(json).get(0).textValue()).isEqualTo(text);
        assertThat(json.chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
        assertThat(new String(json.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(json);
    }

    @Test
    void numbersAreUnsigned() throws IOException {
        MemoryMap memory =
                new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(0, -1), RegionType.ofE820(-1 >>> 1))));

        JsonNode region =
                MAPPER.readTree(ImageJson.of(memory)).get("memory_map").get(0);

        assertThat(region.get("size").bigIntegerValue())
                .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        assertThat(region.get("end").textValue()).isEqualTo("0xffffffffffffffff");
    }

    @Test
    void nothingIsAnEmptyArray() throws IOException {
        assertThat(ImageJson.of(new MemoryMap(List.of())))
                .isEqualTo("{\n  \"format_version\": 1,\n  \"memory_map\": []\n}\n");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.textValue()));
        return texts;
    }
}

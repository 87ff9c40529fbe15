package io.kexec4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kexec4j.boot.x86.BootParams;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.SAXException;

/** Any image on any machine can be told in every form, and whoever reads that form understands it. */
class ReportFuzzTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final DocumentBuilderFactory XML = DocumentBuilderFactory.newInstance();

    @FuzzTest
    void anyImageOnAnyMachine(FuzzedDataProvider data) throws IOException, SAXException, ParserConfigurationException {
        long pageSize = 1L << data.consumeInt(0, 20);
        KexecImage image = image(data, pageSize);
        KexecImage other = data.consumeBoolean() ? image : image(data, pageSize);
        MemoryMap memory = memory(data);

        ImageDiff diff = ImageDiff.of(image, other);
        assertThat(diff.isEmpty()).isEqualTo(image.equals(other));
        assertThat(diff.describe().lines())
                .hasSize(Math.max(1, diff.differences().size()));

        int width = data.consumeInt(ImageDrawing.SMALLEST_WIDTH, 200);
        ImageDrawing.Style style = data.pickValue(ImageDrawing.Style.values());
        assertThat(encodable(ImageDrawing.of(memory, image, style, width)).lines())
                .allMatch(line -> line.length() <= width);

        String svg = encodable(ImageSvg.of(memory, image));
        XML.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));

        JsonNode json = JSON.readTree(encodable(ImageJson.of(image, memory)));
        assertThat(json.get("memory_map")).hasSameSizeAs(memory.regions());
        assertThat(json.get("segments")).hasSameSizeAs(image.segments());
        for (int i = 0; i < image.segments().size(); i++) {
            assertThat(json.get("segments").get(i).get("reason").asText())
                    .isEqualTo(image.segments().get(i).reason());
        }
        assertThat(encodable(image.describe()))
                .contains(image.segments().get(0).role().label());
    }

    private static String encodable(String text) {
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).as(text).isTrue();
        return text;
    }

    private static KexecImage image(FuzzedDataProvider data, long pageSize) {
        List<Segment> segments = new ArrayList<>();
        long end = data.consumeBoolean() ? Long.MIN_VALUE : 0;
        for (int count = data.consumeInt(1, KexecImage.MAX_SEGMENTS); count > 0; count--) {
            long start = end + data.consumeInt(0, 3) * pageSize;
            end = start + data.consumeInt(1, 3) * pageSize;
            SegmentRole role = data.pickValue(SegmentRole.values());
            byte[] content = data.consumeBytes((int) Math.min(end - start, 40));
            if (role == SegmentRole.BOOT_PARAMS && end - start > BootParams.SIZE + 40) {
                content = bootParams(data, start, content);
            }
            segments.add(SampleImages.segment(role, start, end, content, text(data)));
        }
        return new KexecImage(
                Architecture.X86_64,
                pageSize,
                data.pickValue(segments).range().start(),
                segments,
                data.consumeBoolean() ? Set.of(KexecFlag.ON_CRASH) : Set.of(),
                data.consumeBoolean() ? List.of(text(data), text(data)) : List.of());
    }

    /** With a pointer to a command line that is near the truth. */
    private static byte[] bootParams(FuzzedDataProvider data, long start, byte[] commandLine) {
        byte[] content = Arrays.copyOf(data.consumeBytes(0x300), BootParams.SIZE + commandLine.length);
        System.arraycopy(commandLine, 0, content, BootParams.SIZE, commandLine.length);
        long address = start + BootParams.SIZE + data.consumeInt(-1, 41);
        for (int i = 0; i < Integer.BYTES; i++) {
            content[0x228 + i] = (byte) (address >>> (8 * i));
            content[0xc8 + i] = (byte) (address >>> (32 + 8 * i));
        }
        return content;
    }

    private static MemoryMap memory(FuzzedDataProvider data) {
        List<MemoryRegion> regions = new ArrayList<>();
        long end = 0;
        for (int count = data.consumeInt(0, 40); count > 0; count--) {
            long start = end + data.consumeLong(0, 1L << data.consumeInt(0, 62));
            long next = start + data.consumeLong(1, 1L << data.consumeInt(0, 62));
            if (Long.compareUnsigned(start, end) < 0 || Long.compareUnsigned(next, start) <= 0) {
                break;
            }
            RegionType type = data.consumeBoolean() ? RegionType.ofE820(data.consumeInt(0, 20)) : RegionType.RAM;
            regions.add(new MemoryRegion(new PhysicalRange(start, next), type));
            end = next;
        }
        return new MemoryMap(regions);
    }

    /** Without halves of surrogate pairs, which are no text. */
    private static String text(FuzzedDataProvider data) {
        return new String(data.consumeString(60).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}

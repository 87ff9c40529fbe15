package io.kexec4j.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.report.ImageJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are an image that can be written and read again, or are refused; any image survives the way through a file. */
class ImageContainerFuzzTest {
    private static final JsonMapper JSON = new JsonMapper();

    static Stream<byte[]> seeds() {
        return Stream.of(
                ImageContainerTest.bytes(new KexecImage(
                        Architecture.X86_64,
                        1,
                        1,
                        List.of(SampleImages.segment(SegmentRole.PURGATORY, 1, 9, new byte[] {1, 2}, "")),
                        Set.of(),
                        List.of("remark"))),
                ImageContainerTest.bytes(new KexecImage(
                        Architecture.X86_64,
                        0x10,
                        0x1010,
                        List.of(
                                SampleImages.segment(SegmentRole.KERNEL, 0x1000, 0x1020, new byte[4], "größer"),
                                SampleImages.segment(SegmentRole.INITRD, 0x1020, 0x1030, new byte[16], "low")),
                        Set.of(KexecFlag.ON_CRASH),
                        List.of())));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) throws IOException {
        Content file = Content.of(bytes);
        KexecImage image;
        try {
            image = ImageContainer.readUnverified(file);
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(bytes.length + 1000);
            return;
        }
        assertThat(ImageContainer.isContainer(file)).isTrue();
        assertSurvivesTheWayThroughAFile(image);
        try {
            assertThat(ImageContainer.read(file)).isEqualTo(image);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageContaining("SHA-256");
        }
    }

    @FuzzTest
    void anyImage(FuzzedDataProvider data) throws IOException {
        long pageSize = 1L << data.consumeInt(0, 20);
        List<Segment> segments = new ArrayList<>();
        long end = data.consumeBoolean() ? Long.MIN_VALUE : 0;
        for (int count = data.consumeInt(1, KexecImage.MAX_SEGMENTS); count > 0; count--) {
            long start = end + data.consumeInt(0, 3) * pageSize;
            end = start + data.consumeInt(1, 3) * pageSize;
            segments.add(SampleImages.segment(
                    data.pickValue(SegmentRole.values()),
                    start,
                    end,
                    data.consumeBytes((int) Math.min(end - start, 40)),
                    text(data)));
        }
        assertSurvivesTheWayThroughAFile(new KexecImage(
                Architecture.X86_64,
                pageSize,
                data.pickValue(segments).range().start(),
                segments,
                data.consumeBoolean() ? Set.of(KexecFlag.ON_CRASH) : Set.of(),
                data.consumeBoolean() ? List.of(text(data), text(data)) : List.of()));
    }

    /** Without halves of surrogate pairs, which are no text. */
    private static String text(FuzzedDataProvider data) {
        return new String(data.consumeString(20).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static void assertSurvivesTheWayThroughAFile(KexecImage image) throws IOException {
        assertThat(ImageContainer.read(Content.of(ImageContainerTest.bytes(image))))
                .isEqualTo(image);
        JsonNode json = JSON.readTree(ImageJson.of(image));
        assertThat(json.get("segments")).hasSameSizeAs(image.segments());
        for (int i = 0; i < image.segments().size(); i++) {
            assertThat(json.get("segments").get(i).get("reason").asText())
                    .isEqualTo(image.segments().get(i).reason());
        }
        for (int i = 0; i < image.remarks().size(); i++) {
            assertThat(json.get("remarks").get(i).asText())
                    .isEqualTo(image.remarks().get(i));
        }
        assertThat(image.describe()).contains(image.segments().get(0).role().label());
    }
}

package io.kexec4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Printable;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The drawing is well-formed, complete, and nothing in it covers anything else. */
class ImageSvgTest {
    /** Advance of DejaVu Sans Mono, in parts of the font size; other monospaced fonts are narrower. */
    private static final double ADVANCE = 1233.0 / 2048;

    private record Box(double x, double y, double width, double height) {
        double bottom() {
            return y + height;
        }

        boolean contains(Box other) {
            return x <= other.x && y <= other.y && other.x + other.width <= x + width && other.bottom() <= bottom();
        }

        boolean intersects(Box other) {
            return x < other.x + other.width && other.x < x + width && y < other.bottom() && other.y < bottom();
        }
    }

    private record Label(String text, Box place) {}

    @Test
    void labelsDoNotOverlap() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            assertLegible("seed " + seed, Machines.random(seed), SampleImages.random(seed));
        }
        assertLegible("quickstart", Machines.quickstart(), Machines.byHand());
        assertLegible("server", Machines.server(), SampleImages.small());
    }

    private static void assertLegible(String what, MemoryMap memory, KexecImage image) throws Exception {
        Document svg = parse(ImageSvg.of(memory, image));
        Box page = new Box(0, 0, number(svg.getDocumentElement(), "width"), number(svg.getDocumentElement(), "height"));
        List<Label> labels = labels(svg);
        for (int i = 0; i < labels.size(); i++) {
            assertThat(page.contains(labels.get(i).place()))
                    .as("%s: %s", what, labels.get(i))
                    .isTrue();
            for (int j = 0; j < i; j++) {
                assertThat(labels.get(i).place().intersects(labels.get(j).place()))
                        .as("%s: %s and %s", what, labels.get(i), labels.get(j))
                        .isFalse();
            }
        }
        for (Element rectangle : elements(svg, "rect")) {
            if (!rectangle.getAttribute("x").isEmpty()) {
                assertThat(page.contains(place(rectangle)))
                        .as("%s: %s", what, place(rectangle))
                        .isTrue();
            }
        }
    }

    /** The boxes of the memory stand one on the other, from the first address to the last. */
    @Test
    void boxesLeaveNoHoles() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            Document svg = parse(ImageSvg.of(Machines.random(seed), SampleImages.random(seed)));
            double end = 78;
            for (Element group : elements(svg, "g")) {
                Box box = place((Element) group.getElementsByTagName("rect").item(0));
                assertThat(box.y()).as("seed %d", seed).isEqualTo(end);
                assertThat(box.height()).isGreaterThanOrEqualTo(22);
                end = box.bottom();
            }
        }
    }

    @Test
    void everySegmentIsThereWithItsReason() throws Exception {
        for (int seed = 0; seed < 100; seed++) {
            KexecImage image = SampleImages.random(seed);
            Document svg = parse(ImageSvg.of(Machines.random(seed), image));
            List<String> tooltips = elements(svg, "g").stream()
                    .map(group -> group.getElementsByTagName("title").item(0).getTextContent())
                    .toList();
            List<String> texts = labels(svg).stream().map(Label::text).toList();
            for (Segment segment : image.segments()) {
                String line = "%s %s, %s: "
                        .formatted(
                                image.segments().indexOf(segment),
                                segment.role().label(),
                                Printable.size(segment.range().size()));
                assertThat(texts)
                        .as("seed %d", seed)
                        .contains(
                                Sizes.hex(segment.range().start()),
                                Sizes.hex(segment.range().end()))
                        .anyMatch(text -> text.startsWith(line));
                String end = Sizes.hex(segment.range().end() - 1);
                assertThat(tooltips)
                        .anySatisfy(tooltip -> assertThat(tooltip)
                                .contains("%s to %s"
                                        .formatted(Sizes.hex(segment.range().start()), end))
                                .endsWith(Printable.of(segment.reason())));
            }
        }
    }

    @Test
    void textsAreEscaped() throws Exception {
        String evil = "]]><script>alert('x')</script>&amp;\" \u0000\u0001\u001b\uD800\uFFFE é 🚀";
        KexecImage image = SampleImages.small()
                .withSegments(
                        List.of(SampleImages.segment(SegmentRole.KERNEL, 0x10_0000, 0x20_0000, new byte[] {1}, evil)));

        String svg = ImageSvg.of(Machines.quickstart(), image);

        assertThat(svg).doesNotContain("<script");
        assertThat(labels(parse(svg)))
                .extracting(Label::text)
                .contains("]]><script>alert('x')</script>&amp;\" ????? é 🚀");
    }

    /** A reader needs no other file, and runs nothing. */
    @Test
    void theDrawingStandsAlone() throws Exception {
        String svg = ImageSvg.of(Machines.server(), SampleImages.small());
        Document document = parse(svg);

        assertThat(document.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
        assertThat(document.getDocumentElement().getAttribute("version")).isEqualTo("1.1");
        assertThat(elements(document, "*"))
                .extracting(Element::getTagName)
                .isSubsetOf("svg", "defs", "pattern", "path", "rect", "line", "text", "title", "g");
        assertThat(svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "")).doesNotContain("http", "href");
        assertThat(ImageSvg.of(Machines.server(), SampleImages.small())).isEqualTo(svg);
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Label> labels(Document svg) {
        List<Label> labels = new ArrayList<>();
        for (Element text : elements(svg, "text")) {
            double size = number(text, "font-size");
            double width = text.getTextContent().length() * size * ADVANCE;
            double x = number(text, "x") - (text.getAttribute("text-anchor").equals("end") ? width : 0);
            labels.add(new Label(text.getTextContent(), new Box(x, number(text, "y") - 0.8 * size, width, size)));
        }
        return labels;
    }

    private static Box place(Element rectangle) {
        return new Box(
                number(rectangle, "x"),
                number(rectangle, "y"),
                number(rectangle, "width"),
                number(rectangle, "height"));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}

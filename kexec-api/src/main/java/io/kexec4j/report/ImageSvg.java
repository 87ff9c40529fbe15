package io.kexec4j.report;

import io.kexec4j.bytes.Printable;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.MemoryMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a machine with an image in it, as SVG 1.1 for a report or a web page. It needs no other file and contains no
 * scripts. Address 0 is at the top; heights grow with the logarithm of sizes, so that the smallest segment can be seen beside
 * the largest region, and many small regions become one. What does not fit into a line is cut there, and whole in the tooltip.
 *
 * <p>The same machine and image give the same bytes.
 */
public final class ImageSvg {
    private static final int WIDTH = 980;
    private static final int MARGIN = 20;
    private static final int ADDRESS_END = 168;
    private static final int BAR_START = 176;
    private static final int BAR_WIDTH = 180;
    private static final int TEXT_START = BAR_START + BAR_WIDTH + 12;
    private static final int TITLE_SIZE = 16;
    private static final int TEXT_SIZE = 12;
    private static final int SMALL_SIZE = 11;
    private static final int LINE_HEIGHT = 16;
    private static final int FIRST_BASELINE = 15;
    private static final int SMALLEST_HEIGHT = 22;
    private static final int MOST_LINES = 4;
    private static final int BAR_TOP = 78;
    private static final int SWATCH = 12;
    private static final int LEGEND_HEIGHT = 22;

    /** Monospaced glyphs are this part of the font size wide, rounded up. */
    private static final double GLYPH_WIDTH = 0.605;

    private static final String GREY = "fill=\"#555555\"";
    private static final String EDGE = "stroke=\"#333333\" stroke-width=\"1\"";
    private static final String DEFINITIONS = """
            <defs>
            <pattern id="excluded" width="8" height="8" patternUnits="userSpaceOnUse">
            <rect width="8" height="8" fill="#f2d7d5"/>
            <path d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4" stroke="#b03a2e" stroke-width="1"/>
            </pattern>
            </defs>
            """;

    /** What the colours mean. */
    private enum Fill {
        CONTENT("content of a segment", "fill=\"#2471a3\""),
        ZEROES("zeroes of a segment", "fill=\"#aed6f1\""),
        RAM("RAM, free", "fill=\"#d5f5e3\""),
        EXCLUDED("excluded", "fill=\"url(#excluded)\""),
        FOLDED("many small regions", "fill=\"#fcf3cf\""),
        NOTHING("no memory", "fill=\"#f4f4f4\"");

        private final String meaning;
        private final String attribute;

        Fill(String meaning, String attribute) {
            this.meaning = meaning;
            this.attribute = attribute;
        }
    }

    private final KexecImage image;
    private final List<Piece> pieces;
    private final SvgWriter svg = new SvgWriter();

    private ImageSvg(KexecImage image, List<Piece> pieces) {
        this.image = image;
        this.pieces = pieces;
    }

    /**
     * {@return the drawing as the text of an SVG file, to be stored as UTF-8}
     *
     * @param memory the memory of the machine
     * @param image the image
     */
    public static String of(MemoryMap memory, KexecImage image) {
        return new ImageSvg(image, Pieces.fold(Pieces.of(memory, image))).draw();
    }

    private String draw() {
        List<String> remarks = new ArrayList<>();
        for (String remark : image.remarks()) {
            remarks.addAll(Wrap.lines("note: " + Printable.of(remark), columns(WIDTH - 2 * MARGIN, TEXT_SIZE)));
        }
        int barEnd = BAR_TOP + pieces.stream().mapToInt(ImageSvg::height).sum();
        int remarksTop = barEnd + LINE_HEIGHT;
        int height = remarksTop + remarks.size() * LINE_HEIGHT + MARGIN;
        svg.begin(WIDTH, height).raw(DEFINITIONS).rectangle(0, 0, WIDTH, height, "fill=\"#ffffff\"");
        title();
        legend();
        int y = BAR_TOP;
        for (Piece piece : pieces) {
            piece(piece, y);
            address(piece.range().start(), y);
            y += height(piece);
        }
        address(pieces.get(pieces.size() - 1).range().end(), y);
        for (int i = 0; i < remarks.size(); i++) {
            svg.text(MARGIN, remarksTop + FIRST_BASELINE + i * LINE_HEIGHT, TEXT_SIZE, "", remarks.get(i));
        }
        return svg.end();
    }

    private void title() {
        String title = "kexec image for %s: %s, entry %s"
                .formatted(
                        image.architecture().linuxName(),
                        Sizes.count(image.segments().size(), "segment"),
                        Sizes.hex(image.entry()));
        svg.title(title);
        svg.text(MARGIN, MARGIN + FIRST_BASELINE, TITLE_SIZE, "font-weight=\"bold\"", title);
    }

    private void legend() {
        int x = MARGIN;
        int y = BAR_TOP - LEGEND_HEIGHT - SWATCH;
        for (Fill fill : Fill.values()) {
            svg.rectangle(x, y, SWATCH, SWATCH, fill.attribute + " " + EDGE);
            svg.text(x + SWATCH + 6, y + SWATCH - 1, SMALL_SIZE, GREY, fill.meaning);
            x += SWATCH + 6 + width(fill.meaning, SMALL_SIZE) + 18;
        }
    }

    private void address(long address, int y) {
        svg.text(ADDRESS_END, y + 4, SMALL_SIZE, "text-anchor=\"end\"", Sizes.hex(address));
        svg.line(ADDRESS_END + 3, y, BAR_START, y, EDGE);
    }

    private void piece(Piece piece, int y) {
        int height = height(piece);
        String headline = PieceText.headline(piece);
        String detail = PieceText.detail(piece);
        String entry = piece instanceof Piece.Placed placed && placed.entry() ? ", entry here" : "";
        svg.beginGroup()
                .title("%s%s, %s to %s%s"
                        .formatted(
                                headline,
                                entry,
                                Sizes.hex(piece.range().start()),
                                Sizes.hex(piece.range().end() - 1),
                                detail.isEmpty() ? "" : ": " + detail));
        bar(piece, y, height);
        boolean placedHere = piece instanceof Piece.Placed;
        List<String> lines = lines(piece);
        for (int i = 0; i < lines.size(); i++) {
            String attributes = placedHere ? (i == 0 ? "font-weight=\"bold\"" : GREY) : "";
            svg.text(TEXT_START, y + FIRST_BASELINE + i * LINE_HEIGHT, TEXT_SIZE, attributes, lines.get(i));
        }
        svg.endGroup();
    }

    /** What stands beside a piece: at most {@value #MOST_LINES} lines. */
    private static List<String> lines(Piece piece) {
        int columns = columns(WIDTH - MARGIN - TEXT_START, TEXT_SIZE);
        String headline = PieceText.headline(piece);
        String detail = Printable.of(PieceText.detail(piece));
        List<String> lines = new ArrayList<>();
        if (piece instanceof Piece.Placed placed) {
            String entry = placed.entry() ? ", entry here" : "";
            lines.add(Wrap.shorten("%d %s%s".formatted(placed.index(), headline, entry), columns));
            lines.addAll(Wrap.lines(detail, columns));
        } else {
            lines.addAll(Wrap.lines(Printable.of(detail.isEmpty() ? headline : headline + ", " + detail), columns));
        }
        if (lines.size() > MOST_LINES) {
            String last = lines.get(MOST_LINES - 1);
            lines.set(
                    MOST_LINES - 1,
                    Wrap.shorten(last + " ".repeat(columns), columns).replaceAll(" *\\.\\.\\.$", "..."));
        }
        return lines.subList(0, Math.min(lines.size(), MOST_LINES));
    }

    private void bar(Piece piece, int y, int height) {
        svg.rectangle(BAR_START, y, BAR_WIDTH, height, fill(piece).attribute + " " + EDGE);
        if (piece instanceof Piece.Placed placed) {
            svg.rectangle(BAR_START, y, BAR_WIDTH, contentHeight(placed.segment(), height), Fill.CONTENT.attribute);
        }
    }

    /** In proportion, but what is there can be seen. */
    private static int contentHeight(Segment segment, int height) {
        long content = segment.content().size();
        long size = segment.range().size();
        if (content == 0) {
            return 0;
        }
        int part = (int) (height * ((double) content / Math.max(size, content)));
        return content == size ? height : Math.max(4, Math.min(part, height - 4));
    }

    private static Fill fill(Piece piece) {
        if (piece instanceof Piece.Placed) {
            return Fill.ZEROES;
        }
        if (piece instanceof Piece.Region region) {
            return region.isRam() ? Fill.RAM : Fill.EXCLUDED;
        }
        return piece instanceof Piece.Folded ? Fill.FOLDED : Fill.NOTHING;
    }

    /** Room for the text at least; each doubling from 1 MiB on adds a little. */
    private static int height(Piece piece) {
        int least = SMALLEST_HEIGHT
                + (Math.max(lines(piece).size(), piece instanceof Piece.Placed ? 2 : 1) - 1) * LINE_HEIGHT;
        boolean grows = piece instanceof Piece.Placed || (piece instanceof Piece.Region region && region.isRam());
        int doublings = Long.SIZE - Long.numberOfLeadingZeros(piece.range().size() >>> 20);
        return least + (grows ? 3 * doublings : 0);
    }

    private static int width(String text, int size) {
        return (int) Math.ceil(text.length() * size * GLYPH_WIDTH);
    }

    private static int columns(int width, int size) {
        return (int) (width / (size * GLYPH_WIDTH));
    }
}

package io.kexec4j.report;

import io.kexec4j.bytes.Printable;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.MemoryMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a machine with an image in it, as text for a terminal: from address 0 at the top, each region and each segment a
 * box, with its address at its upper edge. Heights are not to scale: a large region gets a few lines more than a small one, and
 * many small ones become one.
 */
public final class ImageDrawing {
    /** The usual width in characters. */
    public static final int DEFAULT_WIDTH = 100;

    /** The smallest width in characters. */
    public static final int SMALLEST_WIDTH = 72;

    private static final int BOX_WIDTH = 24;
    private static final long MIDDLE = 16L << 20;
    private static final long LARGE = 1L << 30;

    /** Which characters are used. */
    public enum Style {
        /** Nothing but ASCII, also in texts: other characters become question marks. */
        ASCII("+-+", "+-+", "+-+", '|', '#', '.', '/', ':', '~'),
        /** The box-drawing characters of Unicode. */
        BOXES("┌─┐", "├─┤", "└─┘", '│', '█', '░', '╱', '┊', '≈');

        private final String top;
        private final String middle;
        private final String bottom;
        private final char side;
        private final char content;
        private final char zeroes;
        private final char excluded;
        private final char nothing;
        private final char fold;

        Style(
                String top,
                String middle,
                String bottom,
                char side,
                char content,
                char zeroes,
                char excluded,
                char nothing,
                char fold) {
            this.top = top;
            this.middle = middle;
            this.bottom = bottom;
            this.side = side;
            this.content = content;
            this.zeroes = zeroes;
            this.excluded = excluded;
            this.nothing = nothing;
            this.fold = fold;
        }
    }

    private final Style style;
    private final int addressWidth;
    private final int textWidth;
    private final StringBuilder out = new StringBuilder();

    private ImageDrawing(Style style, int addressWidth, int width) {
        this.style = style;
        this.addressWidth = addressWidth;
        this.textWidth = width - addressWidth - BOX_WIDTH - 4;
    }

    /**
     * {@return the drawing in ASCII, at most {@value #DEFAULT_WIDTH} characters wide}
     *
     * @param memory the memory of the machine
     * @param image the image
     */
    public static String of(MemoryMap memory, KexecImage image) {
        return of(memory, image, Style.ASCII, DEFAULT_WIDTH);
    }

    /**
     * {@return the drawing}
     *
     * @param memory the memory of the machine
     * @param image the image
     * @param style which characters are used
     * @param width the most characters in a line, at least {@value #SMALLEST_WIDTH}
     * @throws IllegalArgumentException if the width is too small
     */
    public static String of(MemoryMap memory, KexecImage image, Style style, int width) {
        if (width < SMALLEST_WIDTH) {
            throw new IllegalArgumentException(
                    "a drawing must be %d or more characters wide, not %d".formatted(SMALLEST_WIDTH, width));
        }
        List<Piece> pieces = Pieces.fold(Pieces.of(memory, image));
        long end = pieces.get(pieces.size() - 1).range().end();
        ImageDrawing drawing = new ImageDrawing(style, Sizes.hex(end).length(), width);
        drawing.title(image, width);
        for (int i = 0; i < pieces.size(); i++) {
            drawing.edge(pieces.get(i).range().start(), i == 0 ? style.top : style.middle);
            drawing.piece(pieces.get(i), image.entry());
        }
        drawing.edge(end, style.bottom);
        drawing.legend(image, width);
        return drawing.out.toString();
    }

    private void title(KexecImage image, int width) {
        line(Wrap.shorten(
                "kexec image for %s: %s, entry %s"
                        .formatted(
                                image.architecture().linuxName(),
                                Sizes.count(image.segments().size(), "segment"),
                                Sizes.hex(image.entry())),
                width));
        out.append('\n');
    }

    private void legend(KexecImage image, int width) {
        out.append('\n');
        line("%s content   %s zeroes   %s excluded   %s no memory   %s folded; not to scale"
                .formatted(style.content, style.zeroes, style.excluded, style.nothing, style.fold));
        for (String remark : image.remarks()) {
            Wrap.lines(clean("note: " + remark), width).forEach(this::line);
        }
    }

    /** {@code line} is its left end, its middle, and its right end. */
    private void edge(long address, String line) {
        String text = Sizes.hex(address);
        line(" ".repeat(addressWidth - text.length())
                + text
                + " "
                + line.charAt(0)
                + fill(line.charAt(1))
                + line.charAt(2));
    }

    private void piece(Piece piece, long entry) {
        List<String> texts = texts(piece, entry);
        int height = Math.max(height(piece), texts.size());
        for (int i = 0; i < height; i++) {
            line(" ".repeat(addressWidth + 1) + box(piece, i, height) + (i < texts.size() ? " " + texts.get(i) : ""));
        }
    }

    private List<String> texts(Piece piece, long entry) {
        String headline = clean(PieceText.headline(piece));
        String detail = clean(PieceText.detail(piece));
        if (!(piece instanceof Piece.Placed placed)) {
            return Wrap.lines(detail.isEmpty() ? headline : headline + ", " + detail, textWidth);
        }
        List<String> texts = new ArrayList<>(Wrap.lines(headline, textWidth));
        if (placed.entry()) {
            texts.add("entry " + Sizes.hex(entry));
        }
        texts.addAll(Wrap.lines(detail, textWidth));
        return texts;
    }

    private static int height(Piece piece) {
        long size = piece.range().size();
        if (piece instanceof Piece.Region region && region.isRam() && Long.compareUnsigned(size, MIDDLE) >= 0) {
            return Long.compareUnsigned(size, LARGE) >= 0 ? 3 : 2;
        }
        return piece instanceof Piece.Placed ? 2 : 1;
    }

    private String box(Piece piece, int row, int height) {
        if (piece instanceof Piece.Placed placed) {
            return box(style.side, segment(placed, row, height));
        }
        if (piece instanceof Piece.Region region) {
            boolean folded = region.isRam() && height == 3 && row == 1;
            return folded ? box(style.fold, fill(' ')) : box(style.side, fill(region.isRam() ? ' ' : style.excluded));
        }
        return piece instanceof Piece.Folded ? box(style.fold, fill(' ')) : box(style.nothing, fill(' '));
    }

    /** A row of a segment: the first one carries the role. */
    private String segment(Piece.Placed placed, int row, int height) {
        long content = placed.segment().content().size();
        long size = placed.range().size();
        int rows = (int) Math.ceil(height * ((double) content / Math.max(size, content)));
        int filled = content == 0 ? 0 : content == size ? height : Math.max(1, Math.min(rows, height - 1));
        String fill = fill(row < filled ? style.content : style.zeroes);
        String label =
                " %d %s ".formatted(placed.index(), placed.segment().role().label());
        return row == 0 ? fill.substring(0, 2) + label + fill.substring(2 + label.length()) : fill;
    }

    private static String fill(char character) {
        return String.valueOf(character).repeat(BOX_WIDTH);
    }

    private String box(char side, String content) {
        return side + content + side;
    }

    private String clean(String text) {
        return style == Style.ASCII ? Wrap.ascii(text) : Printable.of(text);
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}

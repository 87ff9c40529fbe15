package io.kexec4j.report;

import io.kexec4j.bytes.Printable;

/** Writes the few elements of SVG 1.1 that a drawing needs. Coordinates are in user units, which are pixels by default. */
final class SvgWriter {
    private final StringBuilder out = new StringBuilder();

    SvgWriter begin(int width, int height) {
        out.append("""
                <?xml version="1.0" encoding="UTF-8"?>
                <svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="%d" height="%d" viewBox="0 0 %d %d" \
                font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace">
                """.formatted(width, height, width, height));
        return this;
    }

    /** Takes SVG as it is. */
    SvgWriter raw(String svg) {
        out.append(svg);
        return this;
    }

    SvgWriter title(String text) {
        out.append("<title>").append(escape(text)).append("</title>\n");
        return this;
    }

    SvgWriter beginGroup() {
        out.append("<g>\n");
        return this;
    }

    SvgWriter endGroup() {
        out.append("</g>\n");
        return this;
    }

    SvgWriter rectangle(int x, int y, int width, int height, String attributes) {
        out.append(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" %s/>\n".formatted(x, y, width, height, attributes));
        return this;
    }

    SvgWriter line(int x1, int y1, int x2, int y2, String attributes) {
        out.append("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" %s/>\n".formatted(x1, y1, x2, y2, attributes));
        return this;
    }

    /** Text that begins at {@code x}, or ends there with {@code text-anchor="end"}; {@code y} is its baseline. */
    SvgWriter text(int x, int y, int size, String attributes, String text) {
        out.append("<text x=\"%d\" y=\"%d\" font-size=\"%d\"%s>%s</text>\n"
                .formatted(x, y, size, attributes.isEmpty() ? "" : " " + attributes, escape(text)));
        return this;
    }

    String end() {
        return out + "</svg>\n";
    }

    private static String escape(String text) {
        return Printable.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

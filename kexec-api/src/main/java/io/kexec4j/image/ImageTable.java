package io.kexec4j.image;

import io.kexec4j.bytes.Printable;
import java.util.ArrayList;
import java.util.List;

/** An image as a table for people. */
final class ImageTable {
    private static final List<String> HEADINGS =
            List.of("segment", "role", "from", "to", "memory", "content", "why there");

    private ImageTable() {}

    static String of(KexecImage image) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (Segment segment : image.segments()) {
            rows.add(List.of(
                    Integer.toString(rows.size() - 1),
                    segment.role().label(),
                    "0x%x".formatted(segment.range().start()),
                    "0x%x".formatted(segment.range().end() - 1),
                    Printable.size(segment.range().size()),
                    Printable.size(segment.content().size()),
                    Printable.of(segment.reason())));
        }
        StringBuilder table = new StringBuilder("kexec image for %s, entry 0x%x, flags 0x%x\n"
                .formatted(image.architecture().linuxName(), image.entry(), image.flagBits()));
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(pad(row.get(column), width(rows, column))).append("  ");
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        image.remarks()
                .forEach(remark ->
                        table.append("note: ").append(Printable.of(remark)).append('\n'));
        return table.toString();
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}

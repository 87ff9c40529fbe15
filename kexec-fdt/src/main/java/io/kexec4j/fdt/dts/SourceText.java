package io.kexec4j.fdt.dts;

/**
 * The text of one file, and how far it has been read: its characters, and where each is. A line directive changes what the file
 * is called in errors, but not which file it is.
 */
final class SourceText {
    /** Stands for the end of the text; no source has it. */
    static final char END = '\uffff';

    private final String text;
    private final String opened;
    private String file;
    private int noLabelBefore;
    private int at;
    private int lineStart;
    private int line = 1;

    SourceText(String file, String text) {
        this.opened = file;
        this.file = file;
        this.text = text;
    }

    boolean isAtEnd() {
        return at >= text.length();
    }

    char peek() {
        return peek(0);
    }

    char peek(int ahead) {
        int index = at + ahead;
        return index < text.length() ? text.charAt(index) : END;
    }

    boolean startsWith(String prefix) {
        return text.startsWith(prefix, at);
    }

    boolean isAtLineStart() {
        return at == lineStart;
    }

    /** Reads some characters, which must be there. */
    String take(int count) {
        String taken = text.substring(at, at + count);
        skip(count);
        return taken;
    }

    void skip(int count) {
        for (int end = at + count; at < end; at++) {
            if (text.charAt(at) == '\n') {
                line++;
                lineStart = at + 1;
            }
        }
    }

    void skipToLineEnd() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /** How far ahead a string begins; -1 if it never does. */
    int find(String wanted, int from) {
        int found = text.indexOf(wanted, at + from);
        return found < 0 ? -1 : found - at;
    }

    boolean isBehindEnd(int ahead) {
        return ahead >= text.length() - at;
    }

    int length() {
        return text.length();
    }

    /** Some of the next characters, which must be there. */
    String ahead(int from, int to) {
        return text.substring(at + from, at + to);
    }

    /** The length of the label that stands here before ':'; 0 if there is none. */
    int label() {
        if (at < noLabelBefore || !Characters.isLabelStart(peek())) {
            return 0;
        }
        int length = 1;
        while (Characters.isLabelPart(peek(length))) {
            length++;
        }
        if (peek(length) != ':') {
            // What begins further on ends at the same place: a byte string is searched once, not at each byte.
            noLabelBefore = at + length;
            return 0;
        }
        return length;
    }

    /** The name of the file that was opened, whatever line directives say. */
    String opened() {
        return opened;
    }

    DtsPosition position() {
        // cpp numbers the lines of what is no file from 0.
        return new DtsPosition(file, Math.max(1, line), at - lineStart + 1);
    }

    /** From the next line on, the text is of another file: a line directive. */
    void continueAs(String otherFile, int nextLine) {
        file = otherFile;
        line = nextLine - 1;
    }
}

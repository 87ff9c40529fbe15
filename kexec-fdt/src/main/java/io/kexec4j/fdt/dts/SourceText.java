package io.kexec4j.fdt.dts;

/** The text of one file, and how far it has been read: its characters, and where each is. */
final class SourceText {
    /** Stands for the end of the text; no source has it. */
    static final char END = '\uffff';

    private final String text;
    private String file;
    private int at;
    private int lineStart;
    private int line = 1;

    SourceText(String file, String text) {
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

    /** The rest of the line, without its end. */
    String restOfLine() {
        int end = text.indexOf('\n', at);
        return text.substring(at, end < 0 ? text.length() : end);
    }

    String file() {
        return file;
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

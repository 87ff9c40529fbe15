package io.kexec4j.fdt.dts;

/** What stands between words: white space, comments, and line directives, which say where the text comes from. */
final class Blanks {
    private static final int MAX_DIGITS = 9;

    private Blanks() {}

    static void skip(SourceText text) throws DtsException {
        while (!text.isAtEnd()) {
            char c = text.peek();
            if (Characters.isSpace(c)) {
                text.skip(1);
            } else if (text.startsWith("/*")) {
                skipComment(text);
            } else if (text.startsWith("//")) {
                text.skipToLineEnd();
            } else if (c != '#' || !text.isAtLineStart() || !isLineDirective(text)) {
                return;
            }
        }
    }

    private static void skipComment(SourceText text) throws DtsException {
        int end = text.find("*/", 2);
        if (end < 0) {
            throw new DtsException(text.position(), "a comment ends with */");
        }
        text.skip(end + 2);
    }

    /** Reads what cpp writes: {@code # 12 "file.dts" 1 3}. Anything else stays where it is. */
    private static boolean isLineDirective(SourceText text) throws DtsException {
        int number = blanks(text, text.startsWith("#line") ? "#line".length() : 1);
        int numberEnd = digits(text, number);
        int name = blanks(text, numberEnd);
        boolean isDirective = isBlank(text.peek(number - 1))
                && numberEnd > number
                && numberEnd - number <= MAX_DIGITS
                && name > numberEnd
                && text.peek(name) == '"';
        int nameEnd = isDirective ? quoteEnd(text, name + 1) : -1;
        if (nameEnd < 0 || !isFlags(text, nameEnd + 1)) {
            return false;
        }
        String file = text.ahead(name + 1, nameEnd);
        if (file.indexOf('\0') >= 0) {
            throw new DtsException(text.position(), Names.FILE_RULE);
        }
        text.continueAs(file, Integer.parseInt(text.ahead(number, numberEnd)));
        text.skipToLineEnd();
        return true;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static int blanks(SourceText text, int from) {
        int end = from;
        while (isBlank(text.peek(end))) {
            end++;
        }
        return end;
    }

    private static int digits(SourceText text, int from) {
        int end = from;
        while (Characters.isDigit(text.peek(end))) {
            end++;
        }
        return end;
    }

    /** Where the second quote is, in the same line; -1 if there is none. */
    private static int quoteEnd(SourceText text, int from) {
        for (int end = from; !isLineEnd(text, end); end++) {
            if (text.peek(end) == '"') {
                return end;
            }
            if (text.peek(end) == '\\') {
                end++;
                if (isLineEnd(text, end)) {
                    return -1;
                }
            }
        }
        return -1;
    }

    /** Whether only numbers follow in the line, each behind a blank. */
    private static boolean isFlags(SourceText text, int from) {
        int at = from;
        while (true) {
            int number = blanks(text, at);
            int end = digits(text, number);
            if (end == number || number == at) {
                at = number;
                break;
            }
            at = end;
        }
        while (isBlank(text.peek(at)) || text.peek(at) == '\r') {
            at++;
        }
        return isLineEnd(text, at);
    }

    private static boolean isLineEnd(SourceText text, int ahead) {
        return text.isBehindEnd(ahead) || text.peek(ahead) == '\n';
    }
}

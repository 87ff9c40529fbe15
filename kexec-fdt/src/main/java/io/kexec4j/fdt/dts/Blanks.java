package io.kexec4j.fdt.dts;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stands between words: white space, comments, and line directives, which say where the text comes from. */
final class Blanks {
    /** What cpp writes: # 12 "file.dts" 1 3 */
    private static final Pattern LINE_DIRECTIVE = Pattern.compile(
            "#(?:line)?[ \\t]+([0-9]{1,9})[ \\t]+\"((?:[^\\\\\"]|\\\\.)*+)\"(?:[ \\t]+[0-9]+)*[ \\t\\r]*");

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

    private static boolean isLineDirective(SourceText text) {
        Matcher matcher = LINE_DIRECTIVE.matcher(text.restOfLine());
        boolean matches = matcher.matches();
        if (matches) {
            text.continueAs(matcher.group(2), Integer.parseInt(matcher.group(1)));
            text.skipToLineEnd();
        }
        return matches;
    }
}

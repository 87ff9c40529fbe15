package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.Token.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a source apart into words. What a character means depends on where it stands: behind '{' and ';' comes a name, which
 * may look like a number, and in brackets come bytes. Included files are put where they are named.
 */
final class Lexer {
    private static final int MAX_INCLUDE_DEPTH = 200;

    private static final List<String> KEYWORDS = List.of(
            Keywords.VERSION,
            Keywords.PLUGIN,
            Keywords.RESERVE,
            Keywords.BITS,
            Keywords.DELETE_PROPERTY,
            Keywords.DELETE_NODE,
            Keywords.OMIT,
            Keywords.INCBIN);

    private static final List<String> PAIRS = List.of("<<", ">>", "<=", ">=", "==", "!=", "&&", "||");

    private enum Mode {
        VALUE,
        NAME,
        BYTES
    }

    private final DtsFiles files;
    private final Budget budget;
    private final Deque<SourceText> including = new ArrayDeque<>();
    private SourceText text;
    private Mode mode = Mode.VALUE;
    private @Nullable Token next;

    Lexer(String file, String text, DtsFiles files, Budget budget) {
        this.text = new SourceText(file, text);
        this.files = files;
        this.budget = budget;
    }

    /** The next word, which stays the next one. */
    Token peek() throws DtsException {
        if (next == null) {
            next = read();
        }
        return Objects.requireNonNull(next);
    }

    Token next() throws DtsException {
        Token token = peek();
        next = null;
        return token;
    }

    /** Reads the next word if it is this symbol. */
    boolean nextIf(String symbol) throws DtsException {
        boolean found = peek().isSymbol(symbol);
        if (found) {
            next = null;
        }
        return found;
    }

    /** Reads the next word if it is this keyword. */
    boolean nextIfKeyword(String keyword) throws DtsException {
        boolean found = peek().isKeyword(keyword);
        if (found) {
            next = null;
        }
        return found;
    }

    /** Reads the next word, which must be this symbol. */
    Token expect(String symbol) throws DtsException {
        Token token = next();
        if (!token.isSymbol(symbol)) {
            throw unexpected(token, symbol);
        }
        return token;
    }

    /** Reads the next word, which must be of this kind. */
    Token expect(Kind kind, String what) throws DtsException {
        Token token = next();
        if (!token.is(kind)) {
            throw unexpected(token, what);
        }
        return token;
    }

    static DtsException unexpected(Token token, String wanted) {
        return new DtsException(token.at(), wanted + " must stand here, not " + token.described());
    }

    private Token read() throws DtsException {
        while (true) {
            Blanks.skip(text);
            if (text.isAtEnd()) {
                DtsPosition end = text.position();
                if (including.isEmpty()) {
                    return Token.of(Kind.END, "", end);
                }
                text = including.pop();
            } else if (text.startsWith(Keywords.INCLUDE)) {
                include();
            } else {
                return word();
            }
        }
    }

    private void include() throws DtsException {
        DtsPosition at = text.position();
        text.skip(Keywords.INCLUDE.length());
        while (Characters.isSpace(text.peek())) {
            text.skip(1);
        }
        if (text.peek() != '"') {
            throw new DtsException(at, "/include/ is followed by the name of a file in quotes");
        }
        String written = quoted('"', at);
        if (including.size() == MAX_INCLUDE_DEPTH) {
            throw new DtsException(at, "files include each other more than " + MAX_INCLUDE_DEPTH + " deep");
        }
        try {
            String name = resolve(written, text.opened(), at);
            SourceText included = new SourceText(name, files.text(name));
            budget.take(included.length() + 1L, at);
            including.push(text);
            text = included;
        } catch (DtsException e) {
            throw e;
        } catch (IOException e) {
            throw new DtsException(at, "cannot include " + written + ": " + e.getMessage(), e);
        }
    }

    /** The file that the last word stands in, if the next one has not been looked at. */
    String opened() {
        return text.opened();
    }

    /** The name by which a file is opened that another one names. */
    String resolve(String name, String from, DtsPosition at) throws IOException {
        if (name.indexOf('\0') >= 0) {
            throw new DtsException(at, Names.FILE_RULE);
        }
        return files.resolve(name, from);
    }

    private Token word() throws DtsException {
        DtsPosition at = text.position();
        char c = text.peek();
        if (c == '"') {
            return Token.of(Kind.STRING, quoted('"', at), at);
        }
        if (c == '\'') {
            return Token.of(Kind.CHARACTER, quoted('\'', at), at);
        }
        for (String keyword : KEYWORDS) {
            if (c == '/' && text.startsWith(keyword)) {
                return keyword(keyword, at);
            }
        }
        int label = text.label();
        if (label > 0) {
            Token token = Token.of(Kind.LABEL, text.take(label), at);
            text.skip(1);
            return token;
        }
        if (c == '&') {
            String reference = reference();
            if (!reference.isEmpty()) {
                return Token.of(Kind.REFERENCE, reference, at);
            }
        }
        return switch (mode) {
            case NAME -> nameOrSymbol(at);
            case BYTES -> byteOrSymbol(at);
            case VALUE -> Characters.isDigit(c) ? Numbers.read(text, at) : symbol(at);
        };
    }

    private Token keyword(String keyword, DtsPosition at) {
        text.skip(keyword.length());
        mode = keyword.equals(Keywords.DELETE_NODE)
                        || keyword.equals(Keywords.DELETE_PROPERTY)
                        || keyword.equals(Keywords.OMIT)
                ? Mode.NAME
                : Mode.VALUE;
        return Token.of(Kind.KEYWORD, keyword, at);
    }

    private Token nameOrSymbol(DtsPosition at) {
        int escape = text.peek() == '\\' ? 1 : 0;
        int end = length(escape, c -> Characters.isPropertyName(c) || c == '@');
        if (end == escape) {
            return symbol(at);
        }
        text.skip(escape);
        mode = Mode.VALUE;
        return Token.of(Kind.NAME, text.take(end - escape), at);
    }

    private Token byteOrSymbol(DtsPosition at) {
        if (Characters.isHex(text.peek()) && Characters.isHex(text.peek(1))) {
            String digits = text.take(2);
            return new Token(Kind.BYTE, digits, Integer.parseInt(digits, 16), at);
        }
        return symbol(at);
    }

    private Token symbol(DtsPosition at) {
        for (String pair : PAIRS) {
            if (text.startsWith(pair)) {
                return Token.of(Kind.SYMBOL, text.take(2), at);
            }
        }
        String symbol = text.take(1);
        switch (symbol) {
            case "[" -> mode = Mode.BYTES;
            case "{", ";" -> mode = Mode.NAME;
            case "]" -> mode = mode == Mode.BYTES ? Mode.VALUE : mode;
            default -> {
                // What other symbols mean does not depend on where they stand.
            }
        }
        return Token.of(Kind.SYMBOL, symbol, at);
    }

    /** Reads {@code &label} or <code>&{path}</code>: the label or the path, or nothing if it is neither. */
    private String reference() {
        if (Characters.isLabelStart(text.peek(1))) {
            text.skip(1);
            return text.take(length(0, Characters::isLabelPart));
        }
        if (text.peek(1) != '{') {
            return "";
        }
        int end = length(2, c -> Characters.isPropertyName(c) || c == '@' || c == '/');
        String path = "";
        if (end > 2 && text.peek(end) == '}') {
            text.skip(2);
            path = text.take(end - 2);
            text.skip(1);
        }
        return path;
    }

    /** Reads what stands between quotes, with its escapes. */
    private String quoted(char quote, DtsPosition at) throws DtsException {
        int end = 1;
        while (text.peek(end) != quote) {
            end += text.peek(end) == '\\' ? 2 : 1;
            if (text.isBehindEnd(end)) {
                throw new DtsException(at, "there is no second " + quote);
            }
        }
        text.skip(1);
        String inside = text.take(end - 1);
        text.skip(1);
        return inside;
    }

    /** The interface of a question about a character. */
    @FunctionalInterface
    private interface CharacterTest {
        boolean test(char c);
    }

    /** How far ahead the characters end that pass a test. */
    private int length(int from, CharacterTest test) {
        int end = from;
        while (test.test(text.peek(end))) {
            end++;
        }
        return end;
    }
}

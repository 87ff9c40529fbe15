package io.kexec4j.fdt.dts;

/**
 * A word of a source.
 *
 * @param kind what it is
 * @param text what identifies it: a name, a label, what stands between quotes (escapes as they are), an operator
 * @param number its value, if it is a number or a byte
 * @param at where it begins
 */
record Token(Kind kind, String text, long number, DtsPosition at) {
    enum Kind {
        KEYWORD,
        LABEL,
        NAME,
        NUMBER,
        CHARACTER,
        STRING,
        REFERENCE,
        BYTE,
        SYMBOL,
        END
    }

    static Token of(Kind kind, String text, DtsPosition at) {
        return new Token(kind, text, 0, at);
    }

    boolean is(Kind wanted) {
        return kind == wanted;
    }

    boolean isKeyword(String keyword) {
        return kind == Kind.KEYWORD && text.equals(keyword);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** How an error names it. */
    String described() {
        return switch (kind) {
            case END -> "the end of the file";
            case LABEL -> "the label " + text;
            case STRING -> "a string";
            case CHARACTER -> "a character";
            case NUMBER, BYTE -> "a number";
            case REFERENCE -> "a reference";
            case NAME -> "the name " + text;
            case KEYWORD, SYMBOL -> text;
        };
    }
}

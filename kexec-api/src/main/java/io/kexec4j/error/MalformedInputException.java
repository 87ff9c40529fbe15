package io.kexec4j.error;

import java.io.IOException;

/**
 * Input that is not what it claims to be. The message names the format, the rule that was broken, and where.
 */
public final class MalformedInputException extends IOException {
    private static final long serialVersionUID = 1;

    private static final int MAX_QUOTED = 80;

    /** What the input was read as. */
    private final String format;

    /** Where the rule is broken, in bytes from the start of the input; for texts, the number of the line, from 1. */
    private final long offset;

    /**
     * Creates the exception.
     *
     * @param format what the input was read as, for example {@code bzImage} or {@code /proc/iomem}
     * @param offset where the rule is broken: bytes from the start of binary input, or the number of the line in a text
     * @param rule what must hold there, and what was found
     */
    public MalformedInputException(String format, long offset, String rule) {
        super("%s: %s (offset 0x%x)".formatted(format, rule, offset));
        this.format = format;
        this.offset = offset;
    }

    private MalformedInputException(String message, String format, long offset) {
        super(message);
        this.format = format;
        this.offset = offset;
    }

    /**
     * Creates the exception for a line of text.
     *
     * @param format what the input was read as
     * @param line the number of the line, from 1
     * @param rule what must hold there, and what was found
     * @return the exception
     */
    public static MalformedInputException atLine(String format, long line, String rule) {
        return new MalformedInputException("%s: %s (line %d)".formatted(format, rule, line), format, line);
    }

    /**
     * Says where the input came from that is malformed, if it was not a file by itself.
     *
     * @param container what it was taken out of, for example {@code a gzip stream}
     * @return the same problem, with the container in front of the message
     */
    public MalformedInputException within(String container) {
        MalformedInputException outer =
                new MalformedInputException("inside %s: %s".formatted(container, getMessage()), format, offset);
        outer.initCause(this);
        return outer;
    }

    /**
     * Quotes text from the input for a message, which must not become as long as the input.
     *
     * @param text any text
     * @return the text in quotes, or its beginning
     */
    public static String quote(String text) {
        return '"' + shorten(text) + '"';
    }

    /**
     * Shortens text from the input for a message.
     *
     * @param text any text
     * @return the text, or its beginning
     */
    public static String shorten(String text) {
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "...";
    }

    /**
     * {@return what the input was read as}
     */
    public String format() {
        return format;
    }

    /**
     * {@return where the rule is broken: bytes from the start of binary input, or the number of the line in a text, from 1}
     */
    public long offset() {
        return offset;
    }
}

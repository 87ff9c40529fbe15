package io.kexec4j.target;

/** Text from the input for a message, which must not become as long as the input. */
final class Quoted {
    private static final int MAX_LENGTH = 80;

    private Quoted() {}

    /** The text in quotes, or its beginning. */
    static String text(String text) {
        return '"' + (text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...") + '"';
    }
}

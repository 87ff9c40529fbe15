package io.kexec4j.bytes;

/** Text that nobody has vouched for, made fit for a terminal. */
public final class Printable {
    private Printable() {}

    /**
     * {@return the text with a question mark for each character that is none to look at, such as those that move the cursor or
     *     change the direction of writing}
     *
     * @param text any
     */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(c -> printable.appendCodePoint(isPrintable(c) ? c : '?'));
        return printable.toString();
    }

    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.SURROGATE
                && type != Character.UNASSIGNED
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}

package io.kexec4j.fdt.dts;

/** What characters names, labels and numbers are made of (Devicetree Specification v0.4, sections 2.2 and 6.1). */
final class Characters {
    private Characters() {}

    private static boolean isBetween(char c, char first, char last) {
        return c >= first && c <= last;
    }

    static boolean isSpace(char c) {
        return c == ' ' || isBetween(c, '\t', '\r');
    }

    static boolean isDigit(char c) {
        return isBetween(c, '0', '9');
    }

    static boolean isHex(char c) {
        return isDigit(c) || isBetween(c, 'a', 'f') || isBetween(c, 'A', 'F');
    }

    static boolean isLabelStart(char c) {
        return isBetween(c, 'a', 'z') || isBetween(c, 'A', 'Z') || c == '_';
    }

    static boolean isLabelPart(char c) {
        return isLabelStart(c) || isDigit(c);
    }

    /** Whether it can stand in the name of a node. */
    static boolean isNodeName(char c) {
        return isLabelPart(c) || ",.+-@".indexOf(c) >= 0;
    }

    /** Whether it can stand in the name of a property. */
    static boolean isPropertyName(char c) {
        return isLabelPart(c) || ",.+*#?-".indexOf(c) >= 0;
    }

    /** Whether a text is a label. */
    static boolean isLabel(String text) {
        return !text.isEmpty() && isLabelStart(text.charAt(0)) && text.chars().allMatch(c -> isLabelPart((char) c));
    }
}

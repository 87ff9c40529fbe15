package io.kexec4j.fdt.dts;

/** Which names dtc compiles. */
final class Names {
    /** The property that dtc takes out: the node's name, from before blobs had them elsewhere. */
    static final String NAME = "name";

    static final String NODE_RULE = "a node's name consists of letters, digits and ,._+-, with at most one @";
    static final String PROPERTY_RULE = "a property's name consists of letters, digits and ,._+*#?-";

    static final String FILE_RULE = "the name of a file has no NUL in it";

    private Names() {}

    static boolean isNode(String name) {
        return !name.isEmpty()
                && name.chars().allMatch(c -> Characters.isNodeName((char) c))
                && name.indexOf('@') == name.lastIndexOf('@');
    }

    static boolean isProperty(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> Characters.isPropertyName((char) c));
    }

    /** Whether the bytes are the name before '@', and a NUL. */
    static boolean isBaseName(byte[] bytes, String name) {
        int at = name.indexOf('@');
        int length = at < 0 ? name.length() : at;
        if (bytes.length != length + 1 || bytes[length] != 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != (byte) name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

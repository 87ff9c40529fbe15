package io.kexec4j.fdt.overlay;

/** The names that make a tree an overlay. */
final class OverlayNames {
    static final String SYMBOLS = "__symbols__";
    static final String FIXUPS = "__fixups__";
    static final String LOCAL_FIXUPS = "__local_fixups__";
    static final String OVERLAY = "__overlay__";
    static final String TARGET = "target";
    static final String TARGET_PATH = "target-path";
    static final String PHANDLE = "phandle";
    static final String LINUX_PHANDLE = "linux,phandle";

    private OverlayNames() {}

    /** Whether the children of the root with this name tell about the tree, and are no part of a fragment. */
    static boolean isMetadata(String name) {
        return name.equals(SYMBOLS) || name.equals(FIXUPS) || name.equals(LOCAL_FIXUPS);
    }

    static boolean isPhandle(String property) {
        return property.equals(PHANDLE) || property.equals(LINUX_PHANDLE);
    }
}

package io.kexec4j.fdt;

import java.util.Optional;

/** What a phandle is (Devicetree Specification v0.4, section 2.3.3), and what it was called before. */
final class Phandles {
    static final String NAME = "phandle";
    static final String LINUX_NAME = "linux,phandle";

    private Phandles() {}

    /** The phandle that a node with these two properties has: one of the wrong length counts as absent. */
    static Optional<Integer> of(Optional<PropertyValue> phandle, Optional<PropertyValue> linuxPhandle) {
        return phandle.filter(Phandles::isCell)
                .or(() -> linuxPhandle.filter(Phandles::isCell))
                .map(value -> value.intAt(0))
                .filter(Phandles::isUsable);
    }

    static boolean isPhandle(String name) {
        return name.equals(NAME) || name.equals(LINUX_NAME);
    }

    /** 0 and 0xffffffff stand for no node. */
    static boolean isUsable(int phandle) {
        return phandle != 0 && phandle != -1;
    }

    private static boolean isCell(PropertyValue value) {
        return value.size() == Integer.BYTES;
    }
}

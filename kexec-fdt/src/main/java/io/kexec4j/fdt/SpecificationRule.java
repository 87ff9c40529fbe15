package io.kexec4j.fdt;

/**
 * A rule of the Devicetree Specification v0.4 that a blob may break and still be read. What a blob must not break, such as the
 * bounds of its blocks, is not among them.
 */
public enum SpecificationRule {
    /** The version is 17 or later. */
    VERSION("5.1", "the version is 17 or later"),
    /** The blob can be read as one of version 16. */
    LAST_COMPATIBLE_VERSION("5.2", "last_comp_version is 16"),
    /** Header and blocks do not share bytes. */
    BLOCK_OVERLAP("5.1", "the header and the blocks do not overlap"),
    /** The reservations end with address and size 0, not with size 0 alone. */
    RESERVATION_END("5.3", "the reservations end with an entry of address 0 and size 0"),
    /** No reservation ends beyond the largest address. */
    RESERVATION_WRAP("5.3", "a reserved region lies in the 64-bit address space"),
    /** No two reservations share memory. */
    RESERVATION_OVERLAP("5.3", "reserved regions do not overlap each other"),
    /** There is a root. */
    NO_ROOT("5.4.2", "the structure block has a root node"),
    /** Properties lie in nodes. */
    PROPERTY_OUTSIDE("5.4.2", "a property lies in a node"),
    /** In a node, the properties come first. */
    PROPERTY_AFTER_CHILD("5.4.2", "the properties of a node come before its child nodes"),
    /** The structure block ends where size_dt_struct says. */
    DATA_AFTER_END("5.4.1", "FDT_END is the last token in the structure block"),
    /** A node name is not too long, nor empty. */
    NODE_NAME_LENGTH("2.2.1", "a node name, without its unit address, has 1 to 31 characters"),
    /** A node name consists of the characters that are allowed. */
    NODE_NAME_CHARACTERS("2.2.1", "a node name has letters, digits and , . _ + - only"),
    /** A node name begins with a letter. */
    NODE_NAME_START("2.2.1", "a node name begins with a letter"),
    /** A unit address consists of the characters that are allowed. */
    UNIT_ADDRESS_CHARACTERS("2.2.1", "a unit address has letters, digits and , . _ + - only, at least one"),
    /** What has a unit address has a reg property. */
    UNIT_ADDRESS_WITHOUT_REG("2.2.1", "a node without a reg property has no unit address"),
    /** No two children of a node have the same name. */
    NODE_NAME_TWICE("2.2.1", "the children of a node have different names"),
    /** A child without a unit address and a property of its parent have different names. */
    NODE_NAME_OF_PROPERTY("2.2.1", "a node without a unit address is not called like a property of its parent"),
    /** A property name is not too long, nor empty. */
    PROPERTY_NAME_LENGTH("2.2.4.1", "a property name has 1 to 31 characters"),
    /** A property name consists of the characters that are allowed. */
    PROPERTY_NAME_CHARACTERS("2.2.4.1", "a property name has letters, digits and , . _ + ? # - only"),
    /** No two properties of a node have the same name. */
    PROPERTY_NAME_TWICE("2.2.4", "the properties of a node have different names"),
    /** A phandle is a number that can be referred to. */
    PHANDLE_VALUE("2.3.3", "a phandle is one cell, and neither 0 nor 0xffffffff"),
    /** No two nodes have the same phandle. */
    PHANDLE_TWICE("2.3.3", "a phandle is unique in the tree");

    private final String section;
    private final String text;

    SpecificationRule(String section, String text) {
        this.section = section;
        this.text = text;
    }

    /**
     * {@return the section of the specification that says so, such as 5.4.1}
     */
    public String section() {
        return section;
    }

    /**
     * {@return what must hold}
     */
    public String text() {
        return text;
    }
}

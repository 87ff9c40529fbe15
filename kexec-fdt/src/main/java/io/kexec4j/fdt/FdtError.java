package io.kexec4j.fdt;

/**
 * The kinds of things that can be wrong with a device tree. The names are those of libfdt without FDT_ERR_, so that somebody
 * who knows its error codes finds the same ones; {@link FdtException} adds where and which rule.
 */
public enum FdtError {
    /** A node, property, symbol or label that something else refers to does not exist. */
    NOTFOUND,
    /** A node or a property of this name is there already. */
    EXISTS,
    /** An offset that points outside of its block. */
    BADOFFSET,
    /** A path that is not one: empty, or neither absolute nor beginning with an alias. */
    BADPATH,
    /** A phandle that cannot be one: 0, 0xffffffff, or not 4 bytes. */
    BADPHANDLE,
    /** Something ends before it is complete: the file, a block, the reservations, a string. */
    TRUNCATED,
    /** The file does not begin with the magic number 0xd00dfeed. */
    BADMAGIC,
    /** A version that this library does not read: older than 16, or newer and not compatible with 17. */
    BADVERSION,
    /** Tokens of the structure block that do not make a tree. */
    BADSTRUCTURE,
    /** A block that does not begin at a multiple of its alignment. */
    ALIGNMENT,
    /** #address-cells or #size-cells that cannot be: not one cell, or out of range. */
    BADNCELLS,
    /** The value of a property is not of the form that its name demands. */
    BADVALUE,
    /** An overlay that is not one, or that does not fit its base. */
    BADOVERLAY,
    /** There are no phandles left: the largest one possible is in use. */
    NOPHANDLES,
    /** The tree is deeper or larger than the caller, or the format, allows. */
    LIMIT,
    /** A rule of the Devicetree Specification that libfdt does not check: one of {@link SpecificationRule}. */
    SPECIFICATION
}

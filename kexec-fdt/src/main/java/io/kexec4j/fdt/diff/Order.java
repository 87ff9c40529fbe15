package io.kexec4j.fdt.diff;

/** Whether it is a difference that the same things stand in another order. */
public enum Order {
    /** It is none: the order of nodes and properties means nothing to most who read a tree. */
    IGNORED,
    /** It is one. */
    COMPARED
}

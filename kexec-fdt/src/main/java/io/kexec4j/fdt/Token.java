package io.kexec4j.fdt;

/** The tokens of the structure block (Devicetree Specification v0.4, section 5.4.1). */
final class Token {
    static final int BEGIN_NODE = 1;
    static final int END_NODE = 2;
    static final int PROP = 3;
    static final int NOP = 4;
    static final int END = 9;

    /** The size of a token, and what each begins at a multiple of. */
    static final int SIZE = 4;

    /** The size of FDT_PROP and the two numbers behind it: the length of the value and the offset of the name. */
    static final int PROP_HEADER = 12;

    private Token() {}

    /** The next multiple of 4; the sum must not overflow. */
    static int align(int offset) {
        return (offset + 3) & -4;
    }
}

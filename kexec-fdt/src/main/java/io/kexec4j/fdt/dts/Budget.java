package io.kexec4j.fdt.dts;

/** How much text and how many bytes a source may still ask for. */
final class Budget {
    private final long size;
    private long left;

    Budget(long size) {
        this.size = size;
        this.left = size;
    }

    void take(long amount, DtsPosition at) throws DtsException {
        if (amount > left) {
            throw new DtsException(at, "the tree and all included files are larger than " + size + " bytes");
        }
        left -= amount;
    }

    /** Takes back what is not kept. */
    void giveBack(long amount) {
        left += amount;
    }
}

package io.kexec4j.fdt.dts;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The value of a property as it is read: bytes, and what must be put into them once the whole tree is known. */
final class SourceValue {
    /** What dtc puts where a phandle is not known, or not yet. */
    static final int UNKNOWN_PHANDLE = -1;

    /**
     * A reference to a node.
     *
     * @param offset the byte at which it stands
     * @param isPhandle whether it is a phandle, for which there is room; else a path is inserted
     * @param target the label or the path
     */
    record Reference(int offset, boolean isPhandle, String target, DtsPosition at) {}

    private final Budget budget;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Reference> references = new ArrayList<>(0);
    private final List<Token> labels = new ArrayList<>(0);

    SourceValue(Budget budget) {
        this.budget = budget;
    }

    void put(byte[] added, DtsPosition at) throws DtsException {
        budget.take(added.length, at);
        bytes.writeBytes(added);
    }

    void put(ByteBuffer added, DtsPosition at) throws DtsException {
        budget.take(added.remaining(), at);
        byte[] copy = new byte[added.remaining()];
        added.get(copy);
        bytes.writeBytes(copy);
    }

    /** Adds the last bytes of a number, the highest first. */
    void putNumber(long number, int size, DtsPosition at) throws DtsException {
        budget.take(size, at);
        for (int i = size - 1; i >= 0; i--) {
            bytes.write((int) (number >>> (i * Byte.SIZE)));
        }
    }

    void putPhandle(Token reference) throws DtsException {
        references.add(new Reference(bytes.size(), true, reference.text(), reference.at()));
        putNumber(UNKNOWN_PHANDLE, Integer.BYTES, reference.at());
    }

    /** Adds a phandle that is known, and remembers what it refers to. */
    void putPhandle(Reference reference, int phandle) throws DtsException {
        references.add(new Reference(bytes.size(), true, reference.target(), reference.at()));
        putNumber(phandle, Integer.BYTES, reference.at());
    }

    void putPath(Token reference) {
        references.add(new Reference(bytes.size(), false, reference.text(), reference.at()));
    }

    void putLabel(Token label) {
        labels.add(label);
    }

    int size() {
        return bytes.size();
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    List<Reference> references() {
        return references;
    }

    List<Token> labels() {
        return labels;
    }
}

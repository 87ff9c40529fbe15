package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Some 32-bit cells in a row, out of the value of a property: an address of a bus, a size, or the arguments behind a phandle.
 * Most addresses and sizes are one unsigned number of up to 64 bits, which {@link #asLong} gives. Those of PCI are three
 * cells, of which the first says what kind of address it is: hence a type of its own. Two are equal if their cells are.
 */
public final class Cells {
    private static final Cells NONE = new Cells(new int[0]);

    private final int[] cells;

    private Cells(int[] cells) {
        this.cells = cells;
    }

    /**
     * {@return these cells}
     *
     * @param cells the cells, the most significant first
     */
    public static Cells of(int... cells) {
        return cells.length == 0 ? NONE : new Cells(cells.clone());
    }

    /**
     * {@return a number as so many cells}
     *
     * @param number the number, unsigned
     * @param count how many cells, 0 or more
     * @throws IllegalArgumentException if the number does not fit, or if the count is negative
     */
    public static Cells ofNumber(long number, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("there are 0 cells or more, not " + count);
        }
        return new Wide(0, number)
                .toCells(count)
                .orElseThrow(
                        () -> new IllegalArgumentException("0x%x does not fit into %d cells".formatted(number, count)));
    }

    /**
     * {@return how many cells there are}
     */
    public int count() {
        return cells.length;
    }

    /**
     * {@return one of the cells}
     *
     * @param index which one, from 0
     * @throws IndexOutOfBoundsException if there are not that many
     */
    public int cell(int index) {
        return cells[Objects.checkIndex(index, cells.length)];
    }

    /**
     * {@return whether this is a number of at most 64 bits: whether all cells but the last two are 0}
     */
    public boolean fitsLong() {
        for (int i = 0; i < cells.length - 2; i++) {
            if (cells[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return the number that this is, unsigned; 0 if there are no cells}
     *
     * @throws FdtException if it has more than 64 bits; the error has no place
     */
    public long asLong() throws FdtException {
        if (!fitsLong()) {
            throw FdtException.of(BADVALUE, "a number of at most 64 bits is expected, not " + this);
        }
        long number = 0;
        for (int cell : cells) {
            number = number << Integer.SIZE | Integer.toUnsignedLong(cell);
        }
        return number;
    }

    /**
     * {@return the cells as the value of a property}
     */
    public PropertyValue toValue() {
        return PropertyValue.ofCells(cells);
    }

    /** The cells from one on. */
    Cells from(int index) {
        return of(Arrays.copyOfRange(cells, index, cells.length));
    }

    /** As many cells from the first on; those that are not there are 0. */
    Cells resized(int count) {
        return of(Arrays.copyOf(cells, count));
    }

    /** These cells and then others. */
    Cells and(Cells more) {
        int[] all = Arrays.copyOf(cells, cells.length + more.cells.length);
        System.arraycopy(more.cells, 0, all, cells.length, more.cells.length);
        return new Cells(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cells that && Arrays.equals(cells, that.cells);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cells);
    }

    /**
     * {@return the cells as the source of a tree has them, such as {@code <0x0 0x80000000>}}
     */
    @Override
    public String toString() {
        return Arrays.stream(cells)
                .mapToObj(cell -> "0x" + Integer.toHexString(cell))
                .collect(Collectors.joining(" ", "<", ">"));
    }
}

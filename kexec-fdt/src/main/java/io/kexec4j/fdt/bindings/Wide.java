package io.kexec4j.fdt.bindings;

import java.util.Optional;

/**
 * A number of up to four cells, with the little arithmetic that translating an address needs.
 *
 * @param high the upper 64 bits, unsigned
 * @param low the lower 64 bits, unsigned
 */
record Wide(long high, long low) {
    /** The number that at most four cells are. */
    static Wide of(Cells cells) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < cells.count(); i++) {
            high = high << Integer.SIZE | low >>> Integer.SIZE;
            low = low << Integer.SIZE | Integer.toUnsignedLong(cells.cell(i));
        }
        return new Wide(high, low);
    }

    boolean isBelow(Wide other) {
        return high == other.high
                ? Long.compareUnsigned(low, other.low) < 0
                : Long.compareUnsigned(high, other.high) < 0;
    }

    /** The difference; {@code other} must not be greater. */
    Wide minus(Wide other) {
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new Wide(high - other.high - borrow, low - other.low);
    }

    /** The sum, if it has at most 128 bits. */
    Optional<Wide> plus(Wide other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        Wide total = new Wide(high + other.high + carry, sum);
        return total.isBelow(this) ? Optional.empty() : Optional.of(total);
    }

    /** So many cells, if the number fits. */
    Optional<Cells> toCells(int count) {
        int[] cells = new int[count];
        Wide rest = this;
        for (int i = count - 1; i >= 0; i--) {
            cells[i] = (int) rest.low;
            rest = new Wide(rest.high >>> Integer.SIZE, rest.low >>> Integer.SIZE | rest.high << Integer.SIZE);
        }
        return rest.high == 0 && rest.low == 0 ? Optional.of(Cells.of(cells)) : Optional.empty();
    }
}

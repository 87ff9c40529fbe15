package io.kexec4j.fdt.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.math.BigInteger;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CellsTest {
    @Test
    void isANumberOfUpTo64Bits() throws FdtException {
        assertThat(Cells.of().asLong()).isZero();
        assertThat(Cells.of(-1).asLong()).isEqualTo(0xffff_ffffL);
        assertThat(Cells.of(0x8000_0000, 1).asLong()).isEqualTo(0x8000_0000_0000_0001L);
        assertThat(Cells.of(0, 0, 7, 1).asLong()).isEqualTo(0x7_0000_0001L);
        assertThat(Cells.of(1, 0, 0).fitsLong()).isFalse();
        assertThatThrownBy(() -> Cells.of(1, 0, 0).asLong())
                .isInstanceOf(FdtException.class)
                .hasMessageContaining("<0x1 0x0 0x0>");
    }

    @Test
    void isMadeOfANumberThatFits() {
        assertThat(Cells.ofNumber(0x1_0000_0002L, 3)).isEqualTo(Cells.of(0, 1, 2));
        assertThat(Cells.ofNumber(-1, 2)).isEqualTo(Cells.of(-1, -1));
        assertThat(Cells.ofNumber(0, 0)).isEqualTo(Cells.of());
        assertThatIllegalArgumentException().isThrownBy(() -> Cells.ofNumber(0x1_0000_0000L, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Cells.ofNumber(1, 0));
    }

    @Test
    void isAValue() {
        int[] source = {1, 2};
        Cells cells = Cells.of(source);
        source[0] = 9;
        assertThat(cells).isEqualTo(Cells.of(1, 2)).hasSameHashCodeAs(Cells.of(1, 2));
        assertThat(cells).isNotEqualTo(Cells.of(1, 2, 0)).hasToString("<0x1 0x2>");
        assertThat(cells.count()).isEqualTo(2);
        assertThat(cells.cell(1)).isEqualTo(2);
        assertThat(cells.toValue()).isEqualTo(PropertyValue.ofCells(1, 2));
        assertThatThrownBy(() -> cells.cell(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void calculatesAsBigIntegerDoes() {
        SplittableRandom random = new SplittableRandom(1);
        BigInteger limit = BigInteger.ONE.shiftLeft(128);
        for (int i = 0; i < 20_000; i++) {
            Wide one = wide(random);
            Wide other = random.nextInt(8) == 0 ? one : wide(random);
            BigInteger a = big(one);
            BigInteger b = big(other);
            assertThat(one.isBelow(other)).isEqualTo(a.compareTo(b) < 0);
            BigInteger sum = a.add(b);
            assertThat(one.plus(other).map(CellsTest::big))
                    .isEqualTo(sum.compareTo(limit) < 0 ? Optional.of(sum) : Optional.empty());
            if (!one.isBelow(other)) {
                assertThat(big(one.minus(other))).isEqualTo(a.subtract(b));
            }
            int count = random.nextInt(5);
            assertThat(one.toCells(count).map(Wide::of))
                    .isEqualTo(a.bitLength() <= 32 * count ? Optional.of(one) : Optional.empty());
        }
    }

    /** Numbers of all lengths, many of them close to a power of two. */
    private static Wide wide(SplittableRandom random) {
        int shift = random.nextInt(129);
        BigInteger number = BigInteger.ONE.shiftLeft(shift).subtract(BigInteger.ONE);
        if (random.nextBoolean()) {
            number = number.and(new BigInteger(Long.toUnsignedString(random.nextLong()))
                    .shiftLeft(random.nextInt(65))
                    .or(BigInteger.valueOf(random.nextInt(4))));
        }
        return new Wide(number.shiftRight(64).longValue(), number.longValue());
    }

    private static BigInteger big(Wide wide) {
        return new BigInteger(Long.toUnsignedString(wide.high()))
                .shiftLeft(64)
                .or(new BigInteger(Long.toUnsignedString(wide.low())));
    }

    @Test
    void aNegativeCountIsTheCallersMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> Cells.ofNumber(0, -1));
        EditableTree tree = EditableTree.empty();
        assertThatIllegalArgumentException().isThrownBy(() -> PhandleArguments.listOfFixed(tree, tree.root(), "x", -1));
    }
}

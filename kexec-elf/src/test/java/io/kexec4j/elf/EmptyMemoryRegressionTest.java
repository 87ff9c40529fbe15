package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where kexec-tools excludes a whole range of memory from its list, it leaves one that ends before it starts, and describes it by a
 * PT_LOAD of size 0.
 */
class EmptyMemoryRegressionTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 0x100000, -1})
    void aRangeOfMemoryIsNotEmpty(long address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoreMemory(0, address, 0, address))
                .withMessageContaining("must not be empty");
    }
}

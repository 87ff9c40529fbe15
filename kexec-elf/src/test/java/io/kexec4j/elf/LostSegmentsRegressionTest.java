package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kexec-tools counts the program headers of its core header in the 16 bits of e_phnum: with 65536 of them it counts none, with
 * one more a single one, and the dump has all the memory but most of it unreachable.
 */
class LostSegmentsRegressionTest {
    @ParameterizedTest
    @ValueSource(ints = {0xffff, 0x10000, 0x10001, 0x2fffe})
    void noneIsLostSilently(int count) {
        List<CoreMemory> memory = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            memory.add(new CoreMemory(-1, i * 0x2000L, 0x1000, i * 0x2000L));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new CoreHeader(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN, ElfHeader.EM_X86_64, List.of(), memory))
                .withMessageContaining("not " + count);
    }
}

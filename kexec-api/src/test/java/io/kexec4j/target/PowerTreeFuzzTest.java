package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Any device tree: memory and facts of a PowerPC machine that keep their rules, or the declared exception. */
class PowerTreeFuzzTest {
    static Stream<byte[]> trees() {
        return Stream.of(
                        PowerTrees.guest(),
                        PowerTrees.bareMetal(),
                        withBlocks("ibm,dynamic-memory", 2, 0, 0x1000_0000, 1, 0, 0, 8, 0, 0x2000_0000, 2, 0, 0, 0x48),
                        withBlocks("ibm,dynamic-memory-v2", 1, 2, 0, 0x1000_0000, 1, 0, 8))
                .map(PowerTreeFuzzTest::bytes);
    }

    private static EditableTree withBlocks(String property, int... cells) {
        EditableTree tree = PowerTrees.guest();
        tree.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", PropertyValue.ofU64(0x1000_0000))
                .set("linux,drconf-usable-memory", PropertyValue.ofU64(1, 0x1000_0000, 0x1000, 0, 0))
                .set(property, PropertyValue.ofCells(cells));
        return tree;
    }

    private static byte[] bytes(EditableTree tree) {
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }

    @MethodSource("trees")
    @FuzzTest
    void anyTree(byte[] bytes) {
        try {
            Fdt tree = Fdt.read(ByteBuffer.wrap(bytes));
            readMemory(tree);
            readFacts(tree);
        } catch (FdtException e) {
            assertThat(e.rule()).isNotBlank();
        }
    }

    private static boolean readMemory(Fdt tree) {
        try {
            MemoryMap map = PowerMemory.parse(tree);
            assertThat(map.regions()).isNotEmpty();
            return true;
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).startsWith("memory in the device tree: ").hasSizeLessThan(600);
            return false;
        }
    }

    private static boolean readFacts(Fdt tree) {
        try {
            PowerFacts facts = PowerFacts.read(tree);
            List<PhysicalRange> untouchable = facts.untouchable();
            for (int i = 1; i < untouchable.size(); i++) {
                assertThat(Long.compareUnsigned(
                                untouchable.get(i - 1).end(), untouchable.get(i).start()))
                        .as("in order, apart")
                        .isNegative();
            }
            facts.runningKernel()
                    .ifPresent(kernel ->
                            assertThat(untouchable.get(0).contains(kernel)).isTrue());
            facts.rtas().ifPresent(rtas -> assertThat(untouchable).anyMatch(range -> range.contains(rtas)));
            facts.realModeEnd()
                    .ifPresent(end ->
                            assertThat(Long.compareUnsigned(end - 1, 1L << 40)).isNegative());
            return true;
        } catch (MalformedInputException e) {
            assertThat(e.getMessage())
                    .matches(message -> message.startsWith("the device tree of a PowerPC machine: ")
                            || message.startsWith("memory in the device tree: "))
                    .hasSizeLessThan(600);
            return false;
        }
    }

    /** The target above in small, without a fuzzer: trees of which a few bytes are others. */
    @Test
    void damagedTrees() {
        Random random = new Random(11);
        List<byte[]> seeds = trees().toList();
        int read = 0;
        int parsed = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = seeds.get(i % seeds.size()).clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                bytes[random.nextInt(64, bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0);
            }
            try {
                Fdt tree = Fdt.read(ByteBuffer.wrap(bytes));
                read++;
                parsed += readMemory(tree) && readFacts(tree) ? 1 : 0;
            } catch (FdtException e) {
                assertThat(e.rule()).isNotBlank();
            }
        }
        assertThat(read).isGreaterThan(1000);
        assertThat(parsed).isBetween(300, read - 100);
    }
}

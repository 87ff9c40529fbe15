package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.GIB;
import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.boot.Module;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the structures as a kernel would, by the offsets of the specifications. */
class MultibootInformationTest {
    private static final long ADDRESS = 0xfff0_1000L;
    private static final MultibootMemory MEMORY = MultibootMemory.of(Machines.pcAbove4G(6 * GIB));

    private static List<Module> modules(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Module(Content.EMPTY, "ä".repeat(i)))
                .toList();
    }

    private static List<MultibootModule> placed(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i -> new MultibootModule(0x8000_0000L + 0x1000L * i, 0x8000_0010L + 0x1000L * i, "ä".repeat(i)))
                .toList();
    }

    private static ByteBuffer bytes(Content content) throws IOException {
        return ByteBuffer.wrap(content.copy(0, (int) content.size())).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(ByteBuffer bytes, long offset) {
        int end = (int) offset;
        while (bytes.get(end) != 0) {
            end++;
        }
        return StandardCharsets.UTF_8
                .decode(bytes.slice((int) offset, end - (int) offset))
                .toString();
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return Integer.toUnsignedLong(bytes.getInt(offset));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 9})
    void version1(int count) throws IOException {
        MultibootInformation information = new Multiboot1Information("a=b ü", MEMORY, modules(count));
        ByteBuffer bytes = bytes(information.at(ADDRESS, placed(count)));
        assertThat(bytes.limit()).isEqualTo((int) information.size());
        assertThat(bytes.getInt(0)).as("flags").isEqualTo(0x24d);
        assertThat(bytes.getInt(4)).as("mem_lower").isEqualTo(639);
        assertThat(bytes.getInt(8)).as("mem_upper").isEqualTo(1023 * 1024);
        assertThat(text(bytes, u32(bytes, 16) - ADDRESS)).isEqualTo("a=b ü");
        assertThat(text(bytes, u32(bytes, 64) - ADDRESS)).isEqualTo("kexec4j");
        assertThat(bytes.getInt(20)).isEqualTo(count);
        int list = (int) (u32(bytes, 24) - ADDRESS);
        for (int i = 0; i < count; i++) {
            assertThat(u32(bytes, list + 16 * i)).isEqualTo(0x8000_0000L + 0x1000L * i);
            assertThat(u32(bytes, list + 16 * i + 4)).isEqualTo(0x8000_0010L + 0x1000L * i);
            assertThat(text(bytes, u32(bytes, list + 16 * i + 8) - ADDRESS)).isEqualTo("ä".repeat(i));
            assertThat(bytes.getInt(list + 16 * i + 12)).isZero();
        }
        assertMap(map1(bytes));
    }

    private static List<long[]> map1(ByteBuffer bytes) {
        List<long[]> map = new ArrayList<>();
        int at = (int) (u32(bytes, 48) - ADDRESS);
        int end = at + bytes.getInt(44);
        while (at < end) {
            map.add(new long[] {bytes.getLong(at + 4), bytes.getLong(at + 12), bytes.getInt(at + 20)});
            at += bytes.getInt(at) + 4;
        }
        assertThat(at).isEqualTo(end);
        return map;
    }

    private static void assertMap(List<long[]> map) {
        assertThat(map)
                .extracting(entry -> entry[0], entry -> entry[1], entry -> entry[2])
                .containsExactly(
                        tuple(0L, 0x9fc00L, 1L),
                        tuple(0x9fc00L, 0x400L, 2L),
                        tuple(0xf0000L, 0x10000L, 2L),
                        tuple(0x100000L, GIB - MIB, 1L),
                        tuple(0xfffc0000L, 0x40000L, 2L),
                        tuple(4 * GIB, 2 * GIB, 1L));
    }

    /** kexec-tools leaves the padding of module tags out, and its segment ends before the last tag. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 9})
    void version2(int count) throws IOException {
        MultibootInformation information =
                new Multiboot2Information("a=b ü", 0x20_0000, MEMORY, Optional.empty(), modules(count));
        ByteBuffer bytes = bytes(information.at(ADDRESS, placed(count)));
        assertThat(bytes.limit()).isEqualTo((int) information.size());
        assertThat(bytes.getInt(0)).isEqualTo(bytes.limit());
        assertThat(bytes.getInt(4)).isZero();
        int next = 0;
        List<Integer> types = new ArrayList<>();
        int at = 8;
        for (; bytes.getInt(at) != 0; at += bytes.getInt(at + 4) + 7 & -8) {
            types.add(bytes.getInt(at));
            switch (bytes.getInt(at)) {
                case 1 -> assertThat(text(bytes, at + 8)).isEqualTo("a=b ü");
                case 2 -> assertThat(text(bytes, at + 8)).isEqualTo("kexec4j");
                case 3 -> {
                    assertThat(u32(bytes, at + 8)).isEqualTo(0x8000_0000L + 0x1000L * next);
                    assertThat(u32(bytes, at + 12)).isEqualTo(0x8000_0010L + 0x1000L * next);
                    assertThat(text(bytes, at + 16)).isEqualTo("ä".repeat(next));
                    assertThat(bytes.getInt(at + 4)).isEqualTo(16 + 2 * next + 1);
                    next++;
                }
                case 4 -> {
                    assertThat(bytes.getInt(at + 8)).isEqualTo(639);
                    assertThat(bytes.getInt(at + 12)).isEqualTo(1023 * 1024);
                }
                case 6 -> assertMap(map2(bytes, at));
                case 21 -> assertThat(bytes.getInt(at + 8)).isEqualTo(0x20_0000);
                default -> throw new AssertionError("tag " + bytes.getInt(at));
            }
        }
        assertThat(bytes.getInt(at + 4)).as("size of the last tag").isEqualTo(8);
        assertThat(at + 8).isEqualTo(bytes.limit());
        assertThat(next).isEqualTo(count);
        assertThat(types).contains(1, 2, 4, 6, 21);
    }

    private static List<long[]> map2(ByteBuffer bytes, int tag) {
        List<long[]> map = new ArrayList<>();
        assertThat(bytes.getInt(tag + 12)).as("entry_version").isZero();
        for (int at = tag + 16; at < tag + bytes.getInt(tag + 4); at += bytes.getInt(tag + 8)) {
            map.add(new long[] {bytes.getLong(at), bytes.getLong(at + 8), bytes.getInt(at + 16)});
        }
        return map;
    }

    @Test
    void memoryIsCountedUpToTheFirstHole() {
        Target machine = Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(List.of(
                                Machines.region(0, 0x8_0000, RegionType.RAM),
                                Machines.region(0x8_0000, 0xa_0000, RegionType.RAM),
                                Machines.region(MIB, 2 * MIB, RegionType.RAM),
                                Machines.region(2 * MIB, 3 * MIB, RegionType.RAM),
                                Machines.region(4 * MIB, 9 * MIB, RegionType.RAM))))
                .build();
        assertThat(MultibootMemory.of(machine).lowerKib()).isEqualTo(640);
        assertThat(MultibootMemory.of(machine).upperKib()).isEqualTo(2048);
        Target large = Target.builder(
                        Architecture.X86_64, new MemoryMap(List.of(Machines.region(MIB, 1L << 45, RegionType.RAM))))
                .build();
        assertThat(MultibootMemory.of(large).lowerKib()).isZero();
        assertThat(MultibootMemory.of(large).upperKib()).isEqualTo(-1);
    }
}

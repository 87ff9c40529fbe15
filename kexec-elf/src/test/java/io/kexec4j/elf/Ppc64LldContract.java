package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/** For 64-bit Power, too, the linker makes the same bytes as ld.lld of LLVM; that linker has no function descriptors. */
abstract class Ppc64LldContract extends LldContract {
    /** Data through the TOC and directly, functions that need it and that do not, a jump table, a weak symbol. */
    static final String C = """
            extern int later(int) __attribute__((noinline));
            int counter = 3;
            short small = 1;
            unsigned char tiny = 2;
            static long memory[100];
            __int128 large[2] = {5, 6};
            __attribute__((aligned(4096))) char stack[4096];
            char *stack_end = stack + sizeof stack;
            const char *names[] = {"zero", "one", "two", "three"};
            typedef int vector __attribute__((vector_size(16)));
            vector four = {1, 2, 3, 4};
            vector twice(vector v) { four += v; return v + v; }
            static int (*volatile handler)(int) = later;
            __attribute__((section(".other.text"))) int other(int i) { return later(i) + counter + small + tiny; }
            __attribute__((noinline)) static int hidden(int i) { memory[i]++; return i * counter; }
            int choose(int i) {
                switch (i) {
                    case 0: return other(1);
                    case 1: return later(2);
                    case 2: return handler(3);
                    case 3: return counter++;
                    case 4: return (int) memory[i];
                    case 5: return (int) (large[0] + large[1]);
                    case 6: return (int) (i * 3.14159) + hidden(7);
                    default: return names[i & 3][i];
                }
            }
            int later(int i) { memory[i] = i; return choose(i + 1) + hidden(i); }
            """;

    /** All types of relocation but those that only hold low addresses, each at several distances. */
    private static final String ASSEMBLY = """
            .text
            .p2align 4
            .globl start
            .type start, @function
            start:
                addis 2, 12, .TOC. - start@ha
                addi 2, 2, .TOC. - start@l
                .localentry start, . - start
                lis 3, value@highest
                ori 3, 3, value@higher
                lis 4, value@highesta
                ori 4, 4, value@highera
                oris 3, 3, value@high
                ori 3, 3, value@l
                ld 5, value@l(4)
                lxv 34, value@l(4)
                lxv 2, value@l + 16(4)
                addis 6, 2, value@toc@ha
                addis 6, 2, value@toc@h
                addis 6, 2, memory + 0x12345678@toc@ha
                addi 6, 6, value@toc@l
                ld 6, value + 4@toc@l(6)
                lwa 6, value + 4@toc@l(6)
                stxv 40, value@toc@l(6)
                ld 6, pointer@toc(2)
                addi 6, 2, pointer@toc + 3
                lis 7, far - start@h
                lis 7, far - 0x12345678 - start@ha
                bl start
                bl local
                bl far@notoc
                b far + 0x1000
                beq far
                bdnz local
                bnel start
                .p2align 3
                plxv 34, value@pcrel(0), 1
                paddi 3, 0, memory@pcrel + 0x12345678, 1
                pld 3, near - 0x1000@pcrel(0), 1
                .reloc . - 8, R_PPC64_PCREL_OPT, . - 8
            near: .quad start
                .reloc ., R_PPC64_NONE, start
            .size start, . - start
            local:
                addis 2, 12, .TOC. - local@ha
                addi 2, 2, .TOC. - local@l
                .localentry local, 8
                blr
            .section .far, "ax"
            .p2align 5
            .globl far
            far:
                b start
                bl local
                bl far
            .section .toc, "aw", @progbits
            .p2align 3
            pointer: .quad value
                .quad memory
            .data
            .p2align 4
            .globl value
            .type value, @object
            value: .quad start
                .quad far - .
                .quad memory + 0x1000
                .quad .TOC.@tocbase
                .quad .TOC.
                .long far - .
                .long low, -low
            .size value, . - value
            .set low, 0x12348765
            .reloc ., R_PPC64_ADDR32, absolute
            .long 0
            .reloc ., R_PPC64_ADDR16, absolute
            .short 0
            .globl absolute
            .set absolute, 0x4bcd
            .bss
            .p2align 6
            memory: .skip 10000
            """;

    /** What holds an address only if it is a low one. */
    private static final String LOW_ASSEMBLY = """
            .text
            .globl start
            start:
                lis 3, value@h
                lis 3, value + 0x8000@ha
                ori 3, 3, value@l
            .data
            .p2align 4
            value: .long start, value + 4
            """;

    /** Below 32 KiB. */
    private static final String LOWEST_ASSEMBLY = """
            .text
            .globl start
            start:
                li 3, value
                ld 3, value(0)
            .data
            .p2align 4
            value: .short start, value + 4
            """;

    static final long[] HIGH = {
        0, 0x1000, 0x4000_0000, 0x7fff_8000, 0x8000_0000L, 0x1_0000_0000L, 0x12_3456_7000L, 0xc000_0000_0000_0000L
    };

    Ppc64LldContract(String target) {
        super(target);
    }

    static Stream<Arguments> objects() {
        long[] low = {0, 0x1000, 0x7ffe_0000};
        // That linker takes a branch to address 0 for one to a weak symbol that is not defined.
        long[] notZero = Arrays.copyOfRange(HIGH, 1, HIGH.length);
        long[] unaligned = {0x100, 0x12_3456_7700L, 0xffff_ffff_ffe1_2300L};
        long[] lowest = {0, 0x1000, 0x7f00};
        return Stream.of(
                Arguments.of(C, HIGH, new String[] {"-mabi=elfv2", "-O2"}),
                Arguments.of(C, HIGH, new String[] {"-mabi=elfv2", "-O0", "-ffunction-sections"}),
                Arguments.of(C, HIGH, new String[] {"-mabi=elfv2", "-O2", "-mcpu=pwr9", "-fno-pic"}),
                Arguments.of(C, HIGH, new String[] {"-mabi=elfv2", "-O2", "-mcpu=pwr10"}),
                Arguments.of(C, HIGH, new String[] {"-mabi=elfv2", "-Os", "-mcmodel=small"}),
                Arguments.of(C, HIGH, new String[] {"-mabi=elfv2", "-O2", "-mcmodel=large"}),
                Arguments.of(ASSEMBLY, notZero, ASSEMBLER),
                Arguments.of(ASSEMBLY, unaligned, ASSEMBLER),
                Arguments.of(LOW_ASSEMBLY, low, ASSEMBLER),
                Arguments.of(LOWEST_ASSEMBLY, lowest, ASSEMBLER));
    }

    private static final String[] ASSEMBLER = {"-mabi=elfv2", "-mcpu=pwr10"};

    @Test
    void everyRelocationTypeIsCompared() throws Exception {
        Set<Integer> types = new TreeSet<>();
        for (String source : new String[] {ASSEMBLY, LOW_ASSEMBLY, LOWEST_ASSEMBLY}) {
            types.addAll(relocationTypes(source, ASSEMBLER));
        }
        // REL16, which that linker does not know: see Ppc64RelocatorTest.
        types.add(249);
        assertAllAreCompared(types, new Ppc64Relocator(), 300, 32);
    }

    /** What {@code ld.lld -r} makes of two objects is an object as well, with one TOC. */
    @Test
    void partiallyLinkedObjects() throws Exception {
        Path first = directory.resolve("first.o");
        Files.move(compile(C, "-mabi=elfv2", "-O2"), first);
        Path second = compile(ASSEMBLY, ASSEMBLER);
        Path both = directory.resolve("both.o");
        Tools.run("ld.lld", "-r", "-o", both, first, second);

        Lld.assertSame(directory, both, 0x100000);
        Lld.assertSame(directory, both, 0x1_2345_6000L);
    }

    /** Both linkers refuse an object for low addresses above them. */
    @Test
    void overflowsAreRefusedByBoth() throws Exception {
        assertOverflows(LOW_ASSEMBLY, 0x8000_0000L, 0x1_0000_0000L, 1L << 48);
        assertOverflows(LOWEST_ASSEMBLY, 0x8000, 0x1_0000, 0x1_0000_0000L);
        assertOverflows(".text\nld 3, v@toc(2)\n.bss\n.skip 0x100000\nv:\n", 0);
    }

    @Test
    void misalignedAddressesAreRefusedByBoth() throws Exception {
        for (String instruction : new String[] {
            "ld 3, v + 2@l(4)",
            "lwa 3, v + 1@toc@l(4)",
            "ld 3, v + 3@toc(2)",
            "lxv 34, v + 8@l(4)",
            "lxv 3, v + 4@toc(2)"
        }) {
            Path object = compile(".text\n%s\n.data\n.p2align 4\nv: .quad 0\n".formatted(instruction), ASSEMBLER);
            RelocatableObject parsed = RelocatableObject.parse(ByteBuffer.wrap(Files.readAllBytes(object)));
            assertThatThrownBy(() -> parsed.link(0x1000))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageContaining("is misaligned");
            assertThat(Lld.link(directory, object, 0x1000).output()).contains("improper alignment");
        }
    }
}

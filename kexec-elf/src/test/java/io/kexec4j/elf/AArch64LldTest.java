package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/** For AArch64, too, the linker makes the same bytes as ld.lld of LLVM. */
class AArch64LldTest extends LldContract {
    private static final String C = """
            extern int later(int) __attribute__((noinline));
            int counter = 3;
            short small = 1;
            unsigned char tiny = 2;
            static long memory[100];
            __int128 large[2] = {5, 6};
            __attribute__((aligned(4096))) char stack[4096];
            char *stack_end = stack + sizeof stack;
            const char *names[] = {"zero", "one", "two", "three"};
            static int (*volatile handler)(int) = later;
            __attribute__((section(".other.text"))) int other(int i) { return later(i) + counter + small + tiny; }
            int choose(int i) {
                switch (i) {
                    case 0: return other(1);
                    case 1: return later(2);
                    case 2: return handler(3);
                    case 3: return counter++;
                    case 4: return (int) memory[i];
                    case 5: return (int) (large[0] + large[1]);
                    default: return names[i & 3][i];
                }
            }
            int later(int i) { memory[i] = i; return choose(i + 1); }
            """;

    /** All types of relocation but those that only hold low addresses, each at several distances. */
    private static final String ASSEMBLY = """
            .text
            .globl start
            .type start, @function
            start:
                adrp x0, value
                add x0, x0, :lo12:value
                ldrb w1, [x0, :lo12:odd]
                ldrh w1, [x0, :lo12:value + 2]
                ldr w1, [x0, :lo12:value + 4]
                ldr x1, [x0, :lo12:value + 8]
                ldr q1, [x0, :lo12:value + 16]
                str x1, [x0, :lo12:memory + 0xff8]
                adrp x2, :pg_hi21_nc:memory + 0x12345678
                adrp x3, start - 0x12345678
                adr x4, odd
                adr x4, start - 3
                ldr x5, near
                ldr w6, value + 4
                tbz x7, #3, far
                tbnz w7, #31, start
                cbz x8, far
                b.ne far + 0x400
                b far
                bl far - 8
                movz x9, #:abs_g3:value
                movk x9, #:abs_g2_nc:value
                movk x9, #:abs_g1_nc:value
                movk x9, #:abs_g0_nc:value
                movz x10, #:abs_g2:low
                movz x11, #:abs_g1:low
                movz x12, #:abs_g0:low
                .balign 8
            near: .quad start
                .reloc ., R_AARCH64_NONE, start
            .size start, . - start
            .set low, 0xfedc
            .section .far, "ax"
            .p2align 5
            .globl far
            far:
                b start
                cbnz w0, start
            .data
            .p2align 4
            .globl value
            .type value, @object
            value: .quad start
                .quad far - .
                .quad memory + 0x1000
                .long far - .
                .hword start - .
                .byte 0
            odd: .byte 1
            .word low, -low
            .reloc ., R_AARCH64_ABS32, absolute
            .word 0
            .reloc ., R_AARCH64_ABS16, absolute
            .hword 0
            .size value, . - value
            .globl absolute
            .set absolute, 0xabcd
            .bss
            .p2align 12
            memory: .skip 10000
            """;

    /** What holds an address only if it is a low one. */
    private static final String LOW_ASSEMBLY = """
            .text
            .globl start
            start:
                movz x10, #:abs_g2:value
                movz x11, #:abs_g1:value
                nop
            .data
            .p2align 4
            value: .word start, value + 4
            """;

    /** Below 64 KiB. */
    private static final String LOWEST_ASSEMBLY = """
            .text
            .globl start
            start:
                movz x11, #:abs_g0:value
            .data
            .p2align 4
            value: .hword start, value + 4
            """;

    AArch64LldTest() {
        super("aarch64-unknown-none-elf");
    }

    static Stream<Arguments> objects() {
        long[] high = {0, 0x1000, 0x4000_0000, 0x8000_0000L, 0x1_0000_0000L, 0x12_3456_7000L, 0xffff_8000_0000_0000L};
        long[] low = {0, 0x1000, 0x7fff_0000, 0xffff_0000L};
        long[] lowest = {0, 0x1000, 0xf000};
        return Stream.of(
                Arguments.of(C, high, new String[] {"-O2", "-fpie", "-fvisibility=hidden"}),
                Arguments.of(C, high, new String[] {"-O0", "-fno-pic", "-ffunction-sections"}),
                Arguments.of(C, high, new String[] {"-Os", "-fno-pic", "-mcmodel=large"}),
                Arguments.of(C, high, new String[] {"-O2", "-fno-pic", "-mcmodel=tiny", "-fno-jump-tables"}),
                Arguments.of(ASSEMBLY, high, new String[] {}),
                Arguments.of(LOW_ASSEMBLY, low, new String[] {}),
                Arguments.of(LOWEST_ASSEMBLY, lowest, new String[] {}));
    }

    @Test
    void everyRelocationTypeIsCompared() throws Exception {
        Set<Integer> types = new TreeSet<>();
        for (String source : new String[] {ASSEMBLY, LOW_ASSEMBLY, LOWEST_ASSEMBLY}) {
            types.addAll(relocationTypes(source));
        }
        assertAllAreCompared(types, new AArch64Relocator(), 1100, 28);
    }

    /** Both linkers refuse an object for low addresses above them. */
    @Test
    void overflowsAreRefusedByBoth() throws Exception {
        assertOverflows(LOW_ASSEMBLY, 0xffff_fff0L, 0x1_0000_0000L, 1L << 48);
        assertOverflows(LOWEST_ASSEMBLY, 0x1_0000, 0x1_0000_0000L);
        assertOverflows(".text\ncbz x0, 1f\n.bss\n.skip 0x100000\n1:\n", 0);
    }

    @Test
    void misalignedAddressesAreRefusedByBoth() throws Exception {
        for (String instruction :
                new String[] {"ldr x0, [x1, :lo12:v + 4]", "ldrh w0, [x1, :lo12:v + 1]", "ldr q0, [x1, :lo12:v + 8]"}) {
            Path object = compile(".text\n%s\n.data\n.p2align 4\nv: .quad 0\n".formatted(instruction));
            RelocatableObject parsed = RelocatableObject.parse(ByteBuffer.wrap(Files.readAllBytes(object)));
            assertThatThrownBy(() -> parsed.link(0x1000))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageContaining("is misaligned");
            assertThat(Lld.link(directory, object, 0x1000).output()).contains("improper alignment");
        }
    }
}

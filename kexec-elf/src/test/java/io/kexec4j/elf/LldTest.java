package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;

/** The linker makes the same bytes as ld.lld of LLVM, given the same object, order of sections and address. */
class LldTest extends LldContract {
    /** Data with pointers, constants, memory, calls in and out of sections, a jump table, a weak symbol. */
    private static final String C = """
            extern int later(int) __attribute__((noinline));
            int counter = 3;
            static long memory[100];
            __attribute__((aligned(4096))) char stack[4096];
            char *stack_end = stack + sizeof stack;
            const char *names[] = {"zero", "one", "two", "three"};
            static int (*volatile handler)(int) = later;
            __attribute__((section(".other.text"))) int other(int i) { return later(i) + counter; }
            int choose(int i) {
                switch (i) {
                    case 0: return other(1);
                    case 1: return later(2);
                    case 2: return handler(3);
                    case 3: return counter++;
                    case 4: return (int) memory[i];
                    default: return names[i & 3][i];
                }
            }
            int later(int i) { memory[i] = i; return choose(i + 1); }
            """;

    /** All types of relocation, also in ways that a compiler does not use. */
    private static final String ASSEMBLY = """
            .text
            .globl start
            .type start, @function
            start:
                call far@PLT
                call local
                lea value(%rip), %rax
                movabs $value, %rax
                nop
            .size start, . - start
            local:
                ret
            .section .far, "ax"
            .p2align 5
            .globl far
            far:
                jmp start
            .data
            .p2align 3
            .globl value
            .type value, @object
            value: .quad start
                .quad far - .
                .quad memory + 0x1000
                .quad local - . + 3
                .long start - .
                .reloc ., R_X86_64_NONE, undefined
            .size value, . - value
            .bss
            .p2align 6
            memory: .skip 1000
            """;

    /** R_X86_64_32 and R_X86_64_32S: an object for addresses below 2 GiB. */
    private static final String LOW_ASSEMBLY = """
            .text
            .globl start
            start:
                mov $value, %eax
                movq $value, %rax
                mov value(,%rax,8), %rbx
                cmpq $start + 5, value
            .data
            .p2align 4
            value: .long start, value + 4
            """;

    LldTest() {
        super("x86_64-unknown-none-elf");
    }

    static Stream<Arguments> objects() {
        long[] low = {0, 0x1000, 0x100000, 0x3ff00000, 0x7ff00000};
        long[] high = {0, 0x1000, 0x7ff00000, 0x80000000L, 0x100000000L, 0x12_3456_7000L, 0xffff_8000_0000_0000L};
        return Stream.of(
                Arguments.of(C, high, new String[] {"-O2", "-fpie", "-fvisibility=hidden"}),
                Arguments.of(C, high, new String[] {"-Os", "-fno-pic", "-mcmodel=large"}),
                Arguments.of(C, high, new String[] {"-O0", "-fpie", "-fvisibility=hidden", "-ffunction-sections"}),
                Arguments.of(C, low, new String[] {"-O2", "-fno-pic", "-mcmodel=small"}),
                Arguments.of(C, low, new String[] {"-O0", "-fno-pic", "-mno-sse"}),
                Arguments.of(ASSEMBLY, high, new String[] {}),
                Arguments.of(LOW_ASSEMBLY, low, new String[] {}));
    }

    @Test
    void everyRelocationTypeIsCompared() throws Exception {
        Set<String> names = new TreeSet<>();
        for (String source : List.of(ASSEMBLY, LOW_ASSEMBLY)) {
            for (int type : relocationTypes(source)) {
                names.add(Objects.requireNonNull(new X8664Relocator().type(type))
                        .name()
                        .replace("R_X86_64_", ""));
            }
        }
        assertThat(names).containsExactly("32", "32S", "64", "NONE", "PC32", "PC64", "PLT32");
    }

    /** What {@code ld.lld -r} makes of two objects is an object as well. */
    @Test
    void partiallyLinkedObjects() throws Exception {
        Path first = directory.resolve("first.o");
        Files.move(compile(C, "-O2", "-fpie", "-fvisibility=hidden"), first);
        Path second = compile(ASSEMBLY);
        Path both = directory.resolve("both.o");
        Tools.run("ld.lld", "-r", "-o", both, first, second);

        Lld.assertSame(directory, both, 0x100000);
        Lld.assertSame(directory, both, 0x1_2345_6000L);
    }

    /** Both linkers refuse an object for low addresses above them. */
    @Test
    void overflowsAreRefusedByBoth() throws Exception {
        assertOverflows(LOW_ASSEMBLY, 0x80000000L, 0x100000000L);
    }

    @Test
    void undefinedSymbolsAreRefusedByBoth() throws Exception {
        Path object = compile("extern int nowhere; int get(void) { return nowhere; }", "-fno-pic", "-mcmodel=large");
        byte[] bytes = Files.readAllBytes(object);

        assertThatThrownBy(() -> RelocatableObject.parse(ByteBuffer.wrap(bytes)).link(0x1000))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("symbol nowhere is undefined");
        assertThat(Lld.link(directory, object, 0x1000).output()).contains("undefined symbol: nowhere");
    }
}

package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a dump has to have, by a machine's list of its resources. */
class IomemTest {
    private static final String PC = """
            00000000-00000fff : Reserved
            00001000-0009fbff : System RAM
            000a0000-000bffff : PCI Bus 0000:00
            00100000-3ffdffff : System RAM
              01000000-01ffffff : Kernel code
              2e000000-3dffffff : Crash kernel
            100000000-107ffffff : System RAM
            """;

    @Test
    void allMemoryIsInUseButThatOfCrashKernels() {
        Iomem iomem = of(PC);

        assertThat(iomem.crashKernel()).containsExactly(new Iomem.Range(0x2e000000, 0x3e000000));
        assertThat(iomem.inUse())
                .containsExactly(
                        new Iomem.Range(0x1000, 0x9fc00),
                        new Iomem.Range(0x100000, 0x2e000000),
                        new Iomem.Range(0x3e000000, 0x3ffe0000),
                        new Iomem.Range(0x100000000L, 0x108000000L));
    }

    @Test
    void crashKernelsMayHaveTheEndsOrAllOfARange() {
        Iomem iomem = of("""
                00000000-0000ffff : System RAM
                  00000000-00000fff : Crash kernel
                  0000f000-0000ffff : Crash kernel
                00020000-0002ffff : System RAM
                  00020000-0002ffff : Crash kernel
                """);

        assertThat(iomem.inUse()).containsExactly(new Iomem.Range(0x1000, 0xf000));
    }

    @Test
    void firmwareMayHaveSomeOfIt() {
        Iomem iomem = of("""
                00000000-3fffffff : System RAM
                20000000-2fffffff : Crash kernel
                2fff0000-2fff082b : RTAS
                """);

        assertThat(iomem.crashKernel())
                .containsExactly(new Iomem.Range(0x20000000, 0x2fff0000), new Iomem.Range(0x2fff082c, 0x30000000));
        assertThat(iomem.inUse())
                .containsExactly(new Iomem.Range(0, 0x20000000), new Iomem.Range(0x30000000, 0x40000000));
    }

    private static Iomem of(String text) {
        List<Console.Line> lines =
                text.lines().map(line -> new Console.Line(0, line)).toList();
        return Iomem.of(new Console(lines));
    }
}

package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the running kernel lies and where it maps RAM: the truth, or nothing. */
class KernelMappingsTest {
    private static final KernelMapping X86 =
            new KernelMapping(0xffffffff9ee00000L, new PhysicalRange(0x16cc00000L, 0x16f830000L));
    private static final KernelMapping ARM64 =
            new KernelMapping(0xffffc4f680400000L, new PhysicalRange(0x40200000, 0x41ca0000));
    private static final String X86_SYMBOLS =
            "ffffffff9ee00000 T _stext\nffffffff9ee00000 T _text\nffffffffa1a30000 B _end\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    /** What the machine tells, which a copy must tell too. */
    private CrashFacts read(CrashMachine machine) throws IOException {
        TargetFiles files = machine.writeTo(root.resolve("machine"));
        CrashFacts facts = files.read().crash().orElseThrow();
        files.capture(root.resolve("copy"));
        assertThat(TargetFiles.below(root.resolve("copy")).read().crash()).contains(facts);
        return facts;
    }

    @Test
    void theKernelIsWhereItsDescriptionSays() throws IOException {
        assertThat(read(CrashMachine.x86().put("proc/kallsyms", "nonsense")).kernel())
                .contains(X86);
        assertThat(root.resolve("copy/proc/kallsyms")).doesNotExist();
    }

    /** The vmalloc area of arm64 holds the address of the kernel too. */
    @Test
    void theOrderOfSegmentsDoesNotMatter() throws IOException {
        CrashMachine machine = CrashMachine.arm64().unload(0).load(0xffffc4f680400000L, 0x40200000, 0x1aa0000);
        CrashFacts facts = read(machine);
        assertThat(facts.kernel()).contains(ARM64);
        assertThat(facts.directMapOffset()).hasValue(0xffff666b80000000L);
    }

    @Test
    void aKernelThatDoesNotDescribeItselfHasSymbols() throws IOException {
        CrashMachine machine = CrashMachine.arm64()
                .describe("")
                .put("proc/kallsyms", "ffffc4f680410000 T _stext\nffffc4f680fd0000 D _etext\n");
        assertThat(read(machine).kernel()).contains(ARM64);
        assertThat(root.resolve("copy/proc/kallsyms")).hasContent("ffffc4f680410000 T _stext\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000000000 T _stext\n",
                "ffffc4f680410000 T stext\n",
                "ffffc4f680410000 T _stext\t[module]\n",
                "ffffc4f680410000 T _stext\nffffc4f680420000 T _stext\n",
                "ffff666bc0000000 T _stext\n",
                "ffffc4f681ea0000 T _stext\n",
            })
    void withoutAnyAddressOfTheKernelItIsNotKnown(String symbols) throws IOException {
        CrashFacts facts = read(CrashMachine.arm64().describe("").put("proc/kallsyms", symbols));
        assertThat(facts.kernel()).isEmpty();
        assertThat(facts.directMapOffset()).hasValue(0xffff666b80000000L);
    }

    /** Kernels can be built without a segment of their own in that file. */
    @Test
    void aKernelWithoutASegmentLiesBetweenItsSymbols() throws IOException {
        CrashFacts facts = read(CrashMachine.x86().unload(0).put("proc/kallsyms", X86_SYMBOLS));
        assertThat(facts.kernel()).contains(X86);
        assertThat(facts.directMapOffset()).hasValue(0xffff8c2340000000L);
    }

    @Test
    void soDoesOneOfArm64() throws IOException {
        String symbols = "ffffc4f680400000 T _text\nffffc4f680410000 T _stext\nffffc4f681ea0000 B _end\n";
        assertThat(read(CrashMachine.arm64().unload(0).put("proc/kallsyms", symbols))
                        .kernel())
                .contains(ARM64);
    }

    /** A physical offset may be negative: the kernel lies below where it was linked for. */
    @Test
    void physBaseHasASign() throws IOException {
        CrashMachine machine = CrashMachine.x86()
                .unload(0)
                .describe("SYMBOL(_stext)=ffffffffe0000000\nNUMBER(phys_base)=-268435456\n")
                .replaceIn("proc/iomem", "  16cc00000-16dbfffff : Kernel code\n", "")
                .replaceIn("proc/iomem", "  16dc00000-16e6bffff : Kernel rodata\n", "")
                .replaceIn("proc/iomem", "  16e800000-16ea728bf : Kernel data\n", "")
                .replaceIn("proc/iomem", "  16f2d8000-16f7fffff : Kernel bss\n", "")
                .replaceIn("proc/iomem", "  af000000-", "  50000000-50ffffff : Kernel code\n  af000000-")
                .put("proc/kallsyms", "ffffffffe0000000 T _text\nffffffffe2000000 B _end\n");
        assertThat(read(machine).kernel())
                .contains(new KernelMapping(0xffffffffe0000000L, new PhysicalRange(0x50000000, 0x52000000)));
    }

    @ParameterizedTest
    @CsvSource({
        "_text, _txt",
        "_end, _ende",
        "ffffffffa1a30000, ffffffff9ee00000",
        "ffffffffa1a30000, ffffffff90000000",
        "ffffffffa1a30000, ffffffffa1000000",
        "ffffffffa1a30000, fffffffffff00000",
        "ffffffff9ee00000 T _text, ffffffff9ef00000 T _text",
    })
    void symbolsThatCannotBeAreNotBelieved(String text, String replacement) throws IOException {
        CrashMachine machine =
                CrashMachine.x86().unload(0).put("proc/kallsyms", X86_SYMBOLS.replace(text, replacement));
        assertThat(read(machine).kernel()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "phys_base=5601492992",
                "NUMBER(phys_base)=",
                "NUMBER(phys_base)=14de00000",
                "NUMBER(phys_base)=1",
                "NUMBER(phys_base)=99999999999999999999",
                "NUMBER(kimage_voffset)=zero",
                "NUMBER(kimage_voffset)=-1",
            })
    void anOffsetThatCannotBeIsNotBelieved(String line) throws IOException {
        CrashMachine machine = CrashMachine.x86()
                .unload(0)
                .describe("SYMBOL(_stext)=ffffffff9ee00000\n" + line + "\n")
                .put("proc/kallsyms", X86_SYMBOLS);
        assertThat(read(machine).kernel()).isEmpty();
    }

    /** As older kernels have them. */
    @Test
    void segmentsWithoutPhysicalAddressesTellNothing() throws IOException {
        for (CrashMachine machine : List.of(CrashMachine.x86(), CrashMachine.arm64())) {
            Path own = root.resolve("" + machine.content("proc/iomem").length);
            CrashFacts facts = machine.withoutPhysicalAddresses()
                    .writeTo(own)
                    .read()
                    .crash()
                    .orElseThrow();
            assertThat(facts.kernel()).isEmpty();
            assertThat(facts.directMapOffset()).isEmpty();
        }
    }

    @Test
    void aDirectMapInSeveralPlacesIsNone() throws IOException {
        CrashFacts facts = read(CrashMachine.x86().unload(6).load(0xffff8c3440000000L, 0x100000000L, 0xc0000000L));
        assertThat(facts.directMapOffset()).isEmpty();
        assertThat(facts.kernel()).contains(X86);
    }

    /** Then the segment that holds the kernel is that of all RAM around it, from which its size cannot be told. */
    @Test
    void aKernelInTheDirectMapIsNotAllOfIt() throws IOException {
        CrashMachine machine = CrashMachine.arm64().unload(0).describe("SYMBOL(_stext)=ffff666bc0210000\n");
        CrashFacts facts = read(machine);
        assertThat(facts.kernel()).isEmpty();
        assertThat(facts.directMapOffset()).hasValue(0xffff666b80000000L);
    }

    /** Some have proposed a segment of the code only. */
    @ParameterizedTest
    @CsvSource({"0x40200000, 0x1a00000", "0x40211000, 0x1a8f000", "0x3ff00000, 0x1da0000", "0x6ac00000, 0x1aa0000"})
    void aSegmentThatHasNotAllOfTheKernelIsNone(String memory, String size) throws IOException {
        CrashMachine machine =
                CrashMachine.arm64().unload(0).load(0xffffc4f680400000L, Long.decode(memory), Long.decode(size));
        assertThat(read(machine).kernel()).isEmpty();
    }

    @Test
    void addressesOf52BitsWrapInTheDifference() throws IOException {
        CrashMachine machine = CrashMachine.arm64().unload(3).load(0xfff0000000000000L, 0x40000000, 0x40000000);
        assertThat(read(machine).directMapOffset()).hasValue(0xffefffffc0000000L);
    }

    private static final CrashMemory RAM = new CrashMemory(
            List.of(new PhysicalRange(0x1000, 0x10000), new PhysicalRange(0x20000, 0x80000)),
            List.of(),
            List.of(),
            List.of(new PhysicalRange(0x30000, 0x32000)));

    /** Shuffled segments, with some that lie about RAM, are sorted as looking at each pair does. */
    @Test
    void anySegmentsAreSortedAsEachPairTells() {
        Random random = new Random(20260103);
        for (int round = 0; round < 2000; round++) {
            long offset = 0xffff000000000000L;
            List<ProgramHeader> loads = new ArrayList<>();
            loads.add(CrashMachine.segment(offset + 0x1000, 0x1000, 0xf000));
            loads.add(CrashMachine.segment(offset + 0x20000, 0x20000, 0x60000));
            for (int i = random.nextInt(4); i > 0; i--) {
                long start = random.nextInt(0x90) * 0x1000L;
                loads.add(
                        CrashMachine.segment(0xffffffff80000000L + start, start, (1 + random.nextInt(0x20)) * 0x1000L));
            }
            Collections.shuffle(loads, random);
            KernelMappings mappings = new KernelMappings(loads, RAM);
            assertThat(mappings.directMapOffset()).as("%s", loads).isEqualTo(direct(loads));
            assertThat(mappings.kernelAt(0xffffffff80030000L)).as("%s", loads).isEqualTo(kernel(loads));
        }
    }

    private static OptionalLong direct(List<ProgramHeader> loads) {
        List<Long> offsets = ram(loads).stream()
                .filter(load -> ram(loads).stream().noneMatch(other -> isPart(load, other)))
                .map(load -> load.virtualAddress() - load.physicalAddress())
                .distinct()
                .toList();
        return offsets.size() == 1 ? OptionalLong.of(offsets.get(0)) : OptionalLong.empty();
    }

    /** Of several, the one that begins first, and the largest of these. */
    private static Optional<KernelMapping> kernel(List<ProgramHeader> loads) {
        return ram(loads).stream()
                .filter(load -> ram(loads).stream().anyMatch(other -> isPart(load, other)))
                .filter(load -> load.virtualAddress() == 0xffffffff80000000L + load.physicalAddress())
                .map(load -> new KernelMapping(load.virtualAddress(), range(load)))
                .filter(kernel -> kernel.memory().contains(RAM.kernel().get(0)))
                .min((one, other) -> one.memory().start() != other.memory().start()
                        ? one.memory().compareTo(other.memory())
                        : other.memory().compareTo(one.memory()));
    }

    private static List<ProgramHeader> ram(List<ProgramHeader> loads) {
        return loads.stream()
                .filter(load -> RAM.systemRam().stream().anyMatch(ram -> ram.contains(range(load))))
                .toList();
    }

    private static boolean isPart(ProgramHeader load, ProgramHeader other) {
        return range(other).contains(range(load)) && !range(other).equals(range(load));
    }

    private static PhysicalRange range(ProgramHeader load) {
        return PhysicalRange.ofSize(load.physicalAddress(), load.memorySize());
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void asManySegmentsAsThereCanBeAreSortedInSensibleTime() {
        List<ProgramHeader> loads = new ArrayList<>();
        for (int i = 0; i < 65534; i++) {
            loads.add(CrashMachine.segment(0xffff000000020000L + i, 0x20000 + i, 1));
        }
        assertThat(new KernelMappings(loads, RAM).directMapOffset()).hasValue(0xffff000000000000L);
    }
}

package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in the files that tell of a crash kernel tell something that can be, or nothing, or are refused. */
class CrashFactsFuzzTest {
    private static final List<String> FILES = List.of(
            "proc/iomem",
            "proc/kcore",
            "proc/kallsyms",
            "sys/kernel/vmcoreinfo",
            "sys/kernel/crash_elfcorehdr_size",
            "sys/kernel/kexec_crash_cma_ranges",
            CrashMachine.CPU + "possible",
            CrashMachine.CPU + "present",
            CrashMachine.CPU + "online",
            CrashMachine.CPU + "cpu1/crash_notes",
            CrashMachine.CPU + "cpu1/crash_notes_size");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path root;

    private static CrashMemory memory() {
        return new CrashMemory(
                List.of(new PhysicalRange(0x40000000, 0x80000000L)),
                List.of(new PhysicalRange(0x6ac00000, 0x7ac00000)),
                List.of(),
                List.of(new PhysicalRange(0x40210000, 0x41580000)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static Stream<byte[]> lists() {
        return Stream.of("0-3,8,10000-10003\n", "\n", "0").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("lists")
    @FuzzTest
    void anyList(byte[] bytes) {
        try {
            List<Integer> cpus = CpuList.parse("present", text(bytes));
            assertThat(cpus)
                    .hasSizeLessThanOrEqualTo(CpuList.MOST_CPUS)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(cpus).allMatch(cpu -> cpu >= 0);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("present: ");
            assertThat(e.getMessage()).hasSizeLessThan(300);
        }
    }

    static Stream<byte[]> heads() {
        return Stream.of(
                CrashMachine.arm64().content("proc/kcore"),
                CrashMachine.x86().content("proc/kcore"),
                CrashMachine.arm64().describe("").content("proc/kcore"));
    }

    @MethodSource("heads")
    @FuzzTest
    void anyHead(byte[] bytes) {
        CrashMemory memory = memory();
        try {
            int size = KcoreSize.of(bytes);
            assertThat(size).isBetween(64, 8 << 20);
            Kcore kcore = Kcore.parse(bytes);
            KernelMappings mappings = new KernelMappings(kcore.loads(), memory);
            Optional<KernelMapping> kernel = kernel(kcore, mappings);
            kernel.ifPresent(mapping -> assertThat(mapping.memory())
                    .matches(memory::isRam)
                    .matches(range -> range.contains(memory.kernel().get(0))));

            Kcore copy = Kcore.parse(kcore.factsOnly(memory));
            KernelMappings ofCopy = new KernelMappings(copy.loads(), memory);
            assertThat(kernel(copy, ofCopy)).isEqualTo(kernel);
            assertThat(ofCopy.directMapOffset()).isEqualTo(mappings.directMapOffset());
            assertThat(copy.description().mappingOffset())
                    .isEqualTo(kcore.description().mappingOffset());
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("proc/kcore: ");
        }
    }

    private static Optional<KernelMapping> kernel(Kcore kcore, KernelMappings mappings) {
        return kcore.description().symbol("_stext").stream().boxed().findFirst().flatMap(mappings::kernelAt);
    }

    static Stream<byte[]> descriptions() {
        return Stream.of("SYMBOL(_stext)=ffffc4f680410000\nNUMBER(phys_base)=-1\n", "NUMBER(kimage_voffset)=0x12\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("descriptions")
    @FuzzTest
    void anyDescription(byte[] bytes) {
        KernelDescription description = KernelDescription.of(ByteBuffer.wrap(bytes));
        if (description.symbol("_stext").isPresent()) {
            assertThat(text(bytes)).contains("SYMBOL(_stext)=");
        }
        if (description.mappingOffset().isPresent()) {
            assertThat(text(bytes)).contains("NUMBER(");
        }
    }

    static Stream<byte[]> symbols() {
        return Stream.of(
                        "ffffc4f680410000 T _stext\nffffc4f680400000 T _text\nffffc4f681ea0000 B _end\n", "0 T _text\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("symbols")
    @FuzzTest
    void anySymbols(byte[] bytes) {
        KernelSymbols symbols = KernelSymbols.parse(text(bytes));
        KernelSymbols copy = KernelSymbols.parse(symbols.factsOnly().orElse(""));
        for (String name : List.of("_text", "_stext", "_end")) {
            assertThat(copy.address(name)).isEqualTo(symbols.address(name));
            assertThat(symbols.address(name).orElse(1)).isNotZero();
        }
    }

    /** Each file is as on a sound machine, missing, or holds any bytes; a copy tells the same. */
    @FuzzTest
    void anyFiles(FuzzedDataProvider data) throws IOException {
        CrashMachine machine = CrashMachine.arm64()
                .put("sys/kernel/crash_elfcorehdr_size", "917616\n")
                .put("sys/kernel/kexec_crash_cma_ranges", "50000000-5fffffff\n")
                .put("proc/kallsyms", "ffffc4f680410000 T _stext\n");
        for (String name : FILES) {
            int choice = data.consumeInt(0, 7);
            if (choice == 1) {
                machine.remove(name);
            } else if (choice == 2) {
                machine.put(name, data.consumeBytes(data.consumeInt(0, 4096)));
            }
        }
        Path copy = root.resolve("copy");
        try {
            TargetFiles files = machine.writeTo(root.resolve("machine"));
            Optional<CrashFacts> facts = files.read().crash();
            files.capture(copy);
            assertThat(TargetFiles.below(copy).read().crash()).isEqualTo(facts);
            facts.ifPresent(known -> assertThat(known.region()).isPresent());
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(600);
        } finally {
            clear();
        }
    }

    /** Nothing of one input is left for the next. */
    private static void clear() throws IOException {
        try (Stream<Path> below = Files.walk(root)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(root)) {
                    Files.delete(path);
                }
            }
        }
    }
}

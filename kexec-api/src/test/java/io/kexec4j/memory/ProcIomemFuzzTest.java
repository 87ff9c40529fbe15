package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.ProcIomem.Resource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any text is a tree that can be printed and read again, and a memory map that a slow model agrees with, or is refused. */
class ProcIomemFuzzTest {
    private record Covering(int depth, RegionType type) {}

    static Stream<byte[]> seeds() {
        return Stream.of(
                        ProcIomemTest.X86_64,
                        "1000-1fff : System RAM\n  1000-17ff : Reserved\n  1800-27ff : reserved\n2000-2fff : System RAM\n",
                        "1-2 : a\n  1-2 : b\n    1-2 : c\n      1-2 : d\n        1-2 : e\n          1-2 : f\n          1-1 : g\n",
                        "0-fffffffffffffffe : System RAM (kmem)\n  10-20 : Unknown E820 type\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyText(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        ProcIomem iomem;
        try {
            iomem = ProcIomem.parse(text);
        } catch (MalformedInputException e) {
            assertThat(e.offset()).isBetween(1L, Math.max(1, text.lines().count()));
            assertThat(e.getMessage()).hasSizeLessThan(500);
            return;
        }
        assertThat(iomem.walk().count()).isEqualTo(text.lines().count());
        assertThat(roots(print(iomem))).isEqualTo(iomem.roots());
        MemoryMap map = iomem.toMemoryMap();
        for (Resource resource : iomem.walk().toList()) {
            for (long address : List.of(
                    resource.range().start() - 1,
                    resource.range().start(),
                    resource.range().end() - 1,
                    resource.range().end())) {
                assertThatTheInnermostCounts(iomem, map, address);
            }
        }
    }

    private static List<Resource> roots(String text) {
        try {
            return ProcIomem.parse(text).roots();
        } catch (MalformedInputException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String print(ProcIomem iomem) {
        StringBuilder text = new StringBuilder();
        iomem.roots().forEach(root -> print(root, 0, text));
        return text.toString();
    }

    private static void print(Resource resource, int level, StringBuilder text) {
        text.append("  ".repeat(level))
                .append(Long.toHexString(resource.range().start()))
                .append('-')
                .append(Long.toHexString(resource.range().end() - 1))
                .append(" : ")
                .append(resource.name())
                .append('\n');
        resource.children().forEach(child -> print(child, level + 1, text));
    }

    /** Children may reach beyond their parents, so that several resources of one depth can cover an address. */
    private static void assertThatTheInnermostCounts(ProcIomem iomem, MemoryMap map, long address) {
        List<Covering> covering = new ArrayList<>();
        iomem.roots().forEach(root -> cover(root, 0, address, covering));
        OptionalInt depth = covering.stream().mapToInt(Covering::depth).max();
        Set<RegionType> candidates = covering.stream()
                .filter(found -> found.depth() == depth.orElse(0))
                .map(Covering::type)
                .collect(Collectors.toSet());
        if (candidates.size() > 1) {
            candidates.remove(RegionType.RAM);
        }
        List<RegionType> types = map.regions().stream()
                .filter(region -> region.range().contains(address))
                .map(MemoryRegion::type)
                .toList();
        if (candidates.isEmpty()) {
            assertThat(types).as("0x%x", address).isEmpty();
        } else {
            assertThat(types).as("0x%x", address).hasSize(1);
            assertThat(candidates).as("0x%x", address).containsAll(types);
        }
    }

    private static void cover(Resource resource, int depth, long address, List<Covering> covering) {
        if (resource.range().contains(address)) {
            type(resource.name()).forEach(type -> covering.add(new Covering(depth, type)));
        }
        resource.children().forEach(child -> cover(child, depth + 1, address, covering));
    }

    private static List<RegionType> type(String name) {
        if (name.equals("Crash kernel")) {
            return List.of(RegionType.CRASH_KERNEL);
        }
        if (name.startsWith("System RAM (")) {
            return List.of(RegionType.DRIVER_MANAGED);
        }
        return name.equals(RegionType.UNKNOWN_NAME)
                ? List.of(RegionType.unknown(name))
                : RegionType.byName(name).stream().toList();
    }
}

package io.kexec4j.target;

import io.kexec4j.kernel.Arm64Cpu;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the cores that {@code /proc/cpuinfo} lists can do (arch/arm64/kernel/cpuinfo.c, c_show). The register that tells it,
 * ID_AA64MMFR0_EL1, is hidden from processes, so this is a table of well-known cores, by implementer and part as in MIDR_EL1.
 */
final class Arm64Cores {
    static final String FILE = "proc/cpuinfo";

    private static final Pattern FACT = Pattern.compile("(CPU implementer|CPU part)\\s*:\\s*0x([0-9a-fA-F]{1,4})\\s*");
    private static final String PART = "CPU part";
    private static final Pattern KEY = Pattern.compile("CPU (implementer|part)\\b");
    private static final int HEXADECIMAL = 16;
    private static final int PART_BITS = 16;

    private static final int ARM = 0x41;
    private static final int FUJITSU = 0x46;
    private static final int APPLE = 0x61;

    private static final Set<ByteOrder> BOTH = Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    private static final long SMALL = 0x1000;
    private static final long MEDIUM = 0x4000;
    private static final long LARGE = 0x10000;
    private static final Arm64Cpu EVERYTHING = new Arm64Cpu(BOTH, Set.of(SMALL, MEDIUM, LARGE));
    private static final Arm64Cpu NOT_16K = new Arm64Cpu(BOTH, Set.of(SMALL, LARGE));
    private static final Arm64Cpu NOT_64K = new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN), Set.of(SMALL, MEDIUM));

    /** By {@link #key}. Only cores whose registers are documented, in a Technical Reference Manual or by those who read them. */
    private static final Map<Integer, Arm64Cpu> KNOWN = Map.ofEntries(
            Map.entry(key(ARM, 0xd03), NOT_16K), // Cortex-A53
            Map.entry(key(ARM, 0xd04), EVERYTHING), // Cortex-A35
            Map.entry(key(ARM, 0xd05), EVERYTHING), // Cortex-A55
            Map.entry(key(ARM, 0xd07), NOT_16K), // Cortex-A57
            Map.entry(key(ARM, 0xd08), NOT_16K), // Cortex-A72
            Map.entry(key(ARM, 0xd0b), EVERYTHING), // Cortex-A76
            Map.entry(key(ARM, 0xd0c), EVERYTHING), // Neoverse N1
            Map.entry(key(ARM, 0xd40), EVERYTHING), // Neoverse V1
            Map.entry(key(ARM, 0xd42), EVERYTHING), // Cortex-A78AE
            Map.entry(key(ARM, 0xd47), EVERYTHING), // Cortex-A710
            Map.entry(key(ARM, 0xd49), EVERYTHING), // Neoverse N2
            Map.entry(key(FUJITSU, 0x001), NOT_16K), // A64FX
            Map.entry(key(APPLE, 0x022), NOT_64K), // M1
            Map.entry(key(APPLE, 0x023), NOT_64K),
            Map.entry(key(APPLE, 0x024), NOT_64K), // M1 Pro
            Map.entry(key(APPLE, 0x025), NOT_64K),
            Map.entry(key(APPLE, 0x028), NOT_64K), // M1 Max
            Map.entry(key(APPLE, 0x029), NOT_64K),
            Map.entry(key(APPLE, 0x032), NOT_64K), // M2
            Map.entry(key(APPLE, 0x033), NOT_64K));

    private Arm64Cores() {}

    private static int key(int implementer, int part) {
        return implementer << PART_BITS | part;
    }

    /** What all cores of a text can do; empty if there are none, or if one is not in the table. */
    static Optional<Arm64Cpu> parse(String cpuinfo) {
        Optional<Arm64Cpu> all = Optional.empty();
        for (OptionalInt core : cores(cpuinfo)) {
            Optional<Arm64Cpu> one =
                    core.isPresent() ? Optional.ofNullable(KNOWN.get(core.getAsInt())) : Optional.empty();
            if (one.isEmpty()) {
                return Optional.empty();
            }
            all = Optional.of(all.isEmpty() ? one.get() : common(all.get(), one.get()));
        }
        return all;
    }

    /** Every core has pages of 4 KiB and little-endian data, so there is something in common. */
    private static Arm64Cpu common(Arm64Cpu one, Arm64Cpu other) {
        Set<ByteOrder> byteOrders = new HashSet<>(one.byteOrders());
        byteOrders.retainAll(other.byteOrders());
        Set<Long> pageSizes = new HashSet<>(one.pageSizes());
        pageSizes.retainAll(other.pageSizes());
        return new Arm64Cpu(byteOrders, pageSizes);
    }

    /** The keys of the cores, of which each has an implementer and then a part; nothing for one of which that cannot be said. */
    private static List<OptionalInt> cores(String cpuinfo) {
        List<OptionalInt> cores = new ArrayList<>();
        OptionalInt implementer = OptionalInt.empty();
        for (String line : facts(cpuinfo)) {
            Matcher fact = FACT.matcher(line);
            boolean isPart = line.startsWith(PART);
            if (!fact.matches() || isPart == implementer.isEmpty()) {
                return List.of(OptionalInt.empty());
            }
            int value = Integer.parseInt(fact.group(2), HEXADECIMAL);
            if (isPart) {
                cores.add(OptionalInt.of(key(implementer.getAsInt(), value)));
            }
            implementer = isPart ? OptionalInt.empty() : OptionalInt.of(value);
        }
        if (implementer.isPresent()) {
            cores.add(OptionalInt.empty());
        }
        return cores;
    }

    private static List<String> facts(String cpuinfo) {
        return cpuinfo.lines().filter(line -> KEY.matcher(line).lookingAt()).toList();
    }

    /** The lines that matter here, if there are any: speeds and serial numbers do not. */
    static Optional<String> factsOnly(String cpuinfo) {
        List<String> facts = facts(cpuinfo);
        return facts.isEmpty()
                ? Optional.empty()
                : Optional.of(facts.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}

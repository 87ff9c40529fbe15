package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table against the kernel's own headers, where they are installed (Debian's linux-libc-dev). */
class LinuxAbiTest {
    @ParameterizedTest
    @CsvSource({
        "X86_64,      include/x86_64-linux-gnu/asm/unistd_64.h,                     0",
        "I386,        include/x86_64-linux-gnu/asm/unistd_32.h,                     0",
        "AARCH64,     include/asm-generic/unistd.h,                                 0",
        "RISCV64,     include/asm-generic/unistd.h,                                 0",
        "RISCV32,     include/asm-generic/unistd.h,                                 0",
        "LOONGARCH64, include/asm-generic/unistd.h,                                 0",
        "ARM,         arm-linux-gnueabihf/include/asm/unistd-eabi.h,                0",
        "PPC64,       powerpc64le-linux-gnu/include/asm/unistd_64.h,                0",
        "PPC,         powerpc-linux-gnu/include/asm/unistd_32.h,                    0",
        "S390X,       s390x-linux-gnu/include/asm/unistd_64.h,                      0",
        "MIPS64,      mips64el-linux-gnuabi64/include/asm/unistd_n64.h,          5000",
        "MIPS,        mipsel-linux-gnu/include/asm/unistd_o32.h,                 4000",
        "PARISC64,    hppa-linux-gnu/include/asm/unistd_64.h,                       0",
        "PARISC,      hppa-linux-gnu/include/asm/unistd_32.h,                       0",
        "M68K,        m68k-linux-gnu/include/asm/unistd_32.h,                       0",
        "SH,          sh4-linux-gnu/include/asm/unistd_32.h,                        0"
    })
    void hasTheNumbersOfTheHeaders(LinuxAbi abi, String header, int base) throws IOException {
        Map<String, Integer> numbers =
                defines(header, "__NR_(kexec_load|kexec_file_load|reboot)\\s+(?:\\(\\w+ \\+ )?(\\d+)\\)?");
        numbers.replaceAll((name, number) -> base + number);
        assertThat(abi.kexecLoad()).isEqualTo(numbers.get("kexec_load"));
        assertThat(abi.reboot()).isEqualTo(numbers.get("reboot"));
        if (numbers.containsKey("kexec_file_load")) {
            assertThat(abi.kexecFileLoad()).hasValue(numbers.get("kexec_file_load"));
        } else {
            assertThat(abi.kexecFileLoad()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasTheArchitectureNumberOfTheHeader(LinuxAbi abi) throws IOException {
        Map<String, Integer> numbers = defines("include/linux/kexec.h", "KEXEC_ARCH_(\\w+) +\\( ?(\\d+) << 16\\)");
        String name = switch (abi) {
            case I386 -> "386";
            case M68K -> "68K";
            case RISCV32, RISCV64 -> "RISCV";
            case LOONGARCH64 -> "LOONGARCH";
            case S390X -> "S390";
            case MIPS64 -> "MIPS";
            case PARISC64 -> "PARISC";
            default -> abi.name();
        };
        assumeTrue(numbers.containsKey(name), "the installed linux/kexec.h is older than this architecture's kexec");
        assertThat(abi.kexecArch()).isEqualTo(numbers.get(name));
    }

    @ParameterizedTest
    @EnumSource
    void hasASensibleRow(LinuxAbi abi) {
        assertThat(abi.pointerSize()).isIn(4, 8);
        assertThat(abi.names())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(LinuxAbi.byName(name)).contains(abi));
        assertThat(abi.kexecFileLoad().isPresent() || !abi.hasFileLoad()).isTrue();
    }

    @Test
    void givesEveryNameToOneArchitecture() {
        Set<String> seen = new HashSet<>();
        for (LinuxAbi abi : LinuxAbi.values()) {
            assertThat(abi.names()).allMatch(seen::add);
        }
        assertThat(LinuxAbi.byName("pdp11")).isEmpty();
        assertThat(LinuxAbi.byName("amd64")).contains(LinuxAbi.X86_64);
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64,   include/asm-generic/errno.h",
        "MIPS64,   mips64el-linux-gnuabi64/include/asm/errno.h",
        "MIPS,     mipsel-linux-gnu/include/asm/errno.h",
        "PARISC64, hppa-linux-gnu/include/asm/errno.h",
        "PARISC,   hppa-linux-gnu/include/asm/errno.h"
    })
    void hasTheErrorNumbersOfTheHeaders(LinuxAbi abi, String header) throws IOException {
        Map<String, Integer> numbers = defines(header, "(E\\w+)\\s+(\\d+)\\b");
        numbers.putAll(defines("include/asm-generic/errno-base.h", "(E\\w+)\\s+(\\d+)\\b"));
        for (Errno errno : Errno.values()) {
            assertThat(errno.number(abi)).as("%s", errno).isEqualTo(numbers.get(errno.name()));
            assertThat(Errno.of(errno.number(abi), abi)).contains(errno);
        }
        assertThat(Errno.label(9999, abi)).isEqualTo("error number 9999");
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, include/asm-generic/fcntl.h",
        "MIPS64, mips64el-linux-gnuabi64/include/asm/fcntl.h",
        "PARISC, hppa-linux-gnu/include/asm/fcntl.h"
    })
    void opensWithTheFlagOfTheHeader(LinuxAbi abi, String header) throws IOException {
        String number =
                define(header).or(() -> define("include/asm-generic/fcntl.h")).orElseThrow();
        assertThat(abi.openReadOnly()).isEqualTo(Integer.parseInt(number, 8));
    }

    private static Optional<String> define(String header) {
        try {
            return Pattern.compile("(?m)^#define\\s+O_CLOEXEC\\s+0(\\d+)")
                    .matcher(Files.readString(installed(header)))
                    .results()
                    .map(found -> found.group(1))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path installed(String header) {
        Path file = Path.of("/usr").resolve(header);
        assumeTrue(
                Files.exists(file),
                () -> file + " is missing: apt-get install linux-libc-dev"
                        + (header.startsWith("include")
                                ? ""
                                : ", and for other architectures linux-libc-dev-ARCH-cross"));
        return file;
    }

    private static Map<String, Integer> defines(String header, String pattern) throws IOException {
        return Pattern.compile("(?m)^#define\\s+" + pattern)
                .matcher(Files.readString(installed(header)))
                .results()
                .collect(Collectors.toMap((MatchResult m) -> m.group(1), m -> Integer.parseInt(m.group(2))));
    }
}

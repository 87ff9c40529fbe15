package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.image.KexecFlag;
import io.kexec4j.target.KernelRelease;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table in the documentation of the package. */
class HotplugFlagsTest {
    /** The column {@code file} says whether crash_elfcorehdr_size is there; {@code unknown} is without sysfs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "unknown",
            value = {
                "6.1.0-18-amd64 | no      | none         | none",
                "6.5.13         | unknown | none         | none",
                "6.5.13         | yes     | 0x8 0x4 none | 0x8 none",
                "5.14.0-503.el9 | yes     | 0x8 0x4 none | 0x8 none",
                "6.6.0          | yes     | 0x4 none     | 0x8 none",
                "6.9.12         | yes     | 0x4 none     | 0x8 none",
                "6.9.12         | unknown | 0x4 none     | 0x8 none",
                "6.6.0          | no      | none         | none",
                "6.10.0         | yes     | 0x8 0x4 none | 0x8 none",
                "7.2.13         | yes     | 0x8 0x4 none | 0x8 none",
                "7.2.13         | unknown | 0x8 0x4 none | 0x8 none",
                "7.2.13         | no      | none         | none",
                "unknown        | yes     | 0x8 0x4 none | 0x8 none",
                "unknown        | unknown | 0x8 0x4 none | 0x8 none",
                "unknown        | no      | none         | none",
            })
    void areTriedInAnOrderThatAnyKernelUnderstands(String release, String file, String onX86, String onOthers) {
        Optional<KernelRelease> linux = Optional.ofNullable(release).flatMap(KernelRelease::parse);
        Optional<Boolean> updates = Optional.ofNullable(file).map("yes"::equals);
        assertThat(linux.isPresent()).isEqualTo(release != null);
        for (LinuxAbi abi : LinuxAbi.values()) {
            boolean x86 = abi == LinuxAbi.X86_64 || abi == LinuxAbi.I386;
            assertThat(HotplugFlags.toTry(true, abi, updates, linux))
                    .as("%s", abi)
                    .isEqualTo(flags(x86 ? onX86 : onOthers));
            assertThat(HotplugFlags.toTry(false, abi, updates, linux)).isEqualTo(flags("none"));
        }
    }

    private static List<Optional<KexecFlag>> flags(String words) {
        return Arrays.stream(words.split(" "))
                .map(word -> switch (word) {
                    case "0x4" -> Optional.of(KexecFlag.UPDATE_ELFCOREHDR);
                    case "0x8" -> Optional.of(KexecFlag.CRASH_HOTPLUG_SUPPORT);
                    default -> Optional.<KexecFlag>empty();
                })
                .toList();
    }
}

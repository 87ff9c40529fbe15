package io.kexec4j.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KexecFilesTest {
    private static final Content KERNEL = Content.of("kernel".getBytes(US_ASCII));
    private static final Optional<Content> INITRD = Optional.of(Content.of("initrd".getBytes(US_ASCII)));

    private static KexecFiles files(Optional<Content> initrd, String commandLine, KexecFileFlag... flags) {
        return new KexecFiles(Architecture.X86_64, KERNEL, initrd, commandLine, Set.of(flags), List.of());
    }

    @Test
    void derivesTheFlagForNoInitrd() {
        assertThat(files(INITRD, "").flagBits()).isZero();
        assertThat(files(Optional.empty(), "").flagBits()).isEqualTo(0x4);
        assertThat(files(Optional.empty(), "", KexecFileFlag.ON_CRASH).flagBits())
                .isEqualTo(0x6);
        assertThat(files(INITRD, "", KexecFileFlag.values()).flagBits()).isEqualTo(0x3a);
    }

    @ParameterizedTest
    @CsvSource({
        "ON_CRASH,  3, 16, false", "ON_CRASH,  3, 17, true", "DEBUG,     6,  7, false", "DEBUG,     6,  8, true",
        "NO_CMA,    6, 16, false", "NO_CMA,    6, 17, true", "FORCE_DTB, 6, 17, false", "FORCE_DTB, 6, 18, true",
        "DEBUG,     5, 99, false", "DEBUG,     7,  0, true", "NO_CMA,    7,  2, true", "ON_CRASH,  6,  1, true"
    })
    void knowsSinceWhenAFlagExists(KexecFileFlag flag, int major, int minor, boolean known) {
        assertThat(flag.isKnownTo(major, minor)).isEqualTo(known);
    }

    @Test
    void refusesWhatTheKernelWould() {
        assertThatThrownBy(() -> new KexecFiles(Architecture.X86_64, Content.EMPTY, INITRD, "", Set.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kernel");
        assertThatThrownBy(() -> files(Optional.of(Content.EMPTY), ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("initrd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "\0", "quiet \ud800", "\udc00"})
    void refusesACommandLineThatWouldNotArrive(String text) {
        assertThatThrownBy(() -> files(INITRD, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("command line");
    }

    @Test
    void isAValue() {
        Set<KexecFileFlag> flags = EnumSet.of(KexecFileFlag.DEBUG);
        List<String> remarks = new ArrayList<>(List.of("the kernel was decompressed"));
        KexecFiles files = new KexecFiles(Architecture.X86_64, KERNEL, INITRD, "quiet", flags, remarks);
        flags.clear();
        remarks.clear();
        assertThat(files.flags()).containsExactly(KexecFileFlag.DEBUG);
        assertThat(files.remarks()).containsExactly("the kernel was decompressed");
        assertThat(files.withFlags(Set.of()).flags()).isEmpty();
        assertThat(files.withFlags(files.flags())).isEqualTo(files);
        assertThat(files.describe()).isEqualTo("""
                        kexec files for x86_64, flags 0x8
                        kernel        6 bytes
                        initrd        6 bytes
                        command line  quiet
                        note: the kernel was decompressed
                        """);
        assertThat(files(Optional.empty(), "").describe()).contains("initrd        none", "command line  empty");
    }
}

package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.linux.LoadChoice.Obstacles;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FallbackTest {
    private static final Set<Errno> FILES = EnumSet.of(
            Errno.ENOSYS,
            Errno.EINVAL,
            Errno.ENOEXEC,
            Errno.EOPNOTSUPP,
            Errno.EADDRNOTAVAIL,
            Errno.EKEYREJECTED,
            Errno.ENOKEY,
            Errno.ENOPKG,
            Errno.EBADMSG,
            Errno.ELIBBAD,
            Errno.ENODATA);
    private static final Set<Errno> IMAGE = EnumSet.of(Errno.ENOSYS, Errno.EPERM, Errno.EACCES);

    @TempDir
    Path root;

    private Optional<LoadChoice> after(LoadCall refused, Errno errno, ImageSlot slot, String facts) {
        KernelState state = new Machine(root).with(facts).state();
        return Fallback.after(refused, Optional.of(errno), slot, Obstacles.NONE.with(LinuxAbi.X86_64, state), state);
    }

    @ParameterizedTest
    @EnumSource
    void knowsEveryNumberOfBothCalls(Errno errno) {
        Optional<LoadChoice> afterFiles = after(LoadCall.KEXEC_FILE_LOAD, errno, ImageSlot.NORMAL, "-");
        assertThat(afterFiles.map(LoadChoice::call))
                .isEqualTo(FILES.contains(errno) ? Optional.of(LoadCall.KEXEC_LOAD) : Optional.empty());
        Optional<LoadChoice> afterImage = after(LoadCall.KEXEC_LOAD, errno, ImageSlot.CRASH, "-");
        assertThat(afterImage.map(LoadChoice::call))
                .isEqualTo(IMAGE.contains(errno) ? Optional.of(LoadCall.KEXEC_FILE_LOAD) : Optional.empty());
    }

    @ParameterizedTest
    @EnumSource
    void hasEachRowOnceAndWithItsMeaning(Fallback row) {
        assertThat(Fallback.of(row.refused(), Optional.of(row.errno()))).contains(row);
        assertThat(after(row.refused(), row.errno(), ImageSlot.NORMAL, "-")
                        .orElseThrow()
                        .reason())
                .containsAnyOf("kernel file", "kexec_")
                .doesNotEndWith(".");
    }

    @Test
    void endsWithANumberThatNobodyKnows() {
        assertThat(Fallback.after(
                        LoadCall.KEXEC_LOAD, Optional.empty(), ImageSlot.NORMAL, Obstacles.NONE, KernelState.UNKNOWN))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lockdown", "secureboot", "ima", "files", "disabled", "limit", "user"})
    void neverTriesAnImageThatWouldBeRefused(String facts) {
        for (Errno errno : FILES) {
            assertThat(after(LoadCall.KEXEC_FILE_LOAD, errno, ImageSlot.NORMAL, facts))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EPERM,  -,               true",
        "EPERM,  lockdown,        true",
        "EPERM,  unlocked,        false",
        "EPERM,  lockdown user,   false",
        "EPERM,  disabled,        false",
        "EPERM,  lockdown limit,  false",
        "EPERM,  lockdown image,  false",
        "EACCES, secureboot,      true",
        "EACCES, unlocked,        true",
        "EACCES, limit,           false",
        "EACCES, paniclimit,      true",
        "ENOSYS, files,           true",
        "ENOSYS, image,           false"
    })
    void triesFilesOnlyWhereTheyMayDo(Errno errno, String facts, boolean tried) {
        assertThat(after(LoadCall.KEXEC_LOAD, errno, ImageSlot.NORMAL, facts).isPresent())
                .isEqualTo(tried);
    }

    @Test
    void saysWhatTheOtherCallLoses() {
        assertThat(after(LoadCall.KEXEC_FILE_LOAD, Errno.ENOEXEC, ImageSlot.NORMAL, "kho")
                        .orElseThrow()
                        .reason())
                .isEqualTo(
                        "kexec_file_load does not know the format of this kernel; what Kexec HandOver keeps is lost");
    }

    @Test
    void respectsWhatTheRequestCannotExpress() {
        Obstacles noFiles = Obstacles.NONE.with(LoadCall.KEXEC_FILE_LOAD, "--mem-min");
        assertThat(Fallback.after(
                        LoadCall.KEXEC_LOAD, Optional.of(Errno.EACCES), ImageSlot.NORMAL, noFiles, KernelState.UNKNOWN))
                .isEmpty();
    }
}

package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The real way through JNA to the kernel that runs the tests. Nothing here can change it. */
class RunningKernelTest {
    private static final Path LOADED = Path.of("/sys/kernel/kexec_loaded");

    @Test
    @EnabledOnOs(OS.LINUX)
    void getsTheKernelsOwnRefusal() {
        assumeTrue(
                !Files.exists(LOADED)
                        || !KernelState.read(Path.of("/")).capSysBoot().orElse(true),
                "this kernel has kexec and this process may use it, so an unload could succeed");
        assertThatThrownBy(() -> Kexec.system().unload(ImageSlot.NORMAL))
                .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                    assertThat(e.call()).isEqualTo("kexec_load");
                    assertThat(e.errno()).isIn(1, 38, 89, 251);
                })
                .hasMessageMatching(
                        "unloading the normal image \\(kexec_load\\) was refused with E(NOSYS|PERM): .+; .+");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void passesAllArgumentsOfAVariadicCall() {
        // 0x4b414d45 is no LINUX_REBOOT_CMD_*: EINVAL with the privilege, EPERM without, and no effect.
        Syscalls syscalls =
                new JnaSyscalls(LinuxAbi.byName(System.getProperty("os.arch")).orElseThrow());
        assertThat(syscalls.reboot(0x4b414d45)).isIn(1, 22);
    }

    @Test
    void saysThatOnlyLinuxHasKexec() {
        assertThatThrownBy(() -> RunningKernel.forCall("kexec_load", "Mac OS X", "aarch64"))
                .isInstanceOf(KexecRefusedException.class)
                .hasMessage(
                        "kexec_load cannot be called: this is Mac OS X, and only Linux has kexec; build the image here and"
                                + " load it there");
        assertThatThrownBy(() -> RunningKernel.forCall("reboot", "Linux", "pdp11"))
                .isInstanceOf(KexecRefusedException.class)
                .hasMessageContaining("pdp11");
    }
}

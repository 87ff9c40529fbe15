package io.kexec4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

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
    @EnabledOnOs(OS.LINUX)
    void getsTheKernelsOwnRefusalOfFiles(@TempDir Path directory) throws IOException {
        // No kernel at all, so even a privileged caller of a kernel with kexec changes nothing.
        Path file = Files.writeString(directory.resolve("no kernel"), "no kernel");
        Content onDisk = Content.ofFile(file); // which stays open as long as it is mapped
        for (Content content : List.of(onDisk, Content.of(new byte[100]))) {
            KexecFiles files = new KexecFiles(Architecture.X86_64, content, Optional.empty(), "", Set.of(), List.of());
            assertThatThrownBy(() -> Kexec.system().load(files))
                    .isInstanceOfSatisfying(KexecRefusedException.class, e -> {
                        assertThat(e.call()).isEqualTo("kexec_file_load");
                        assertThat(e.errno()).isIn(1, 8, 22, 38, 89, 251);
                    })
                    .hasMessageMatching("loading a normal kernel \\(kexec_file_load\\) was refused with E\\w+: .+; .+");
        }
        assertThat(openFiles())
                .noneMatch(name -> name.contains("kexec-kernel"))
                .filteredOn(name -> name.contains("no kernel"))
                .hasSize(1);
        assertThat(onDisk.size()).isEqualTo(9);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void makesRealFilesInMemoryThatNobodyCanChange(@TempDir Path directory) throws IOException {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Content part =
                Content.ofFile(Files.write(directory.resolve("file"), bytes)).slice(1, bytes.length - 1);
        Content content = Content.concat(List.of(Content.of(new byte[] {bytes[0]}), part));
        LinuxAbi abi = LinuxAbi.byName(System.getProperty("os.arch")).orElseThrow();
        Syscalls syscalls = new JnaSyscalls(abi);
        Path path;
        try (OpenFile file = OpenFile.of(content, "test", new Kexec.Kernel(abi, syscalls))) {
            path = Path.of("/proc/self/fd/" + file.number());
            assertThat(Files.readSymbolicLink(path)).asString().contains("memfd:kexec-test");
            assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
            try (Memory one = new Memory(1)) {
                assertThat(syscalls.write(file.number(), one, 1)).isEqualTo(-1); // EPERM
            }
            assertThat(syscalls.seal(file.number(), 0x10)).isEqualTo(1);
        }
        assertThat(openFiles()).noneMatch(name -> name.contains("kexec-test"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void opensRealFilesByAnyName(@TempDir Path directory) throws IOException {
        LinuxAbi abi = LinuxAbi.byName(System.getProperty("os.arch")).orElseThrow();
        Syscalls syscalls = new JnaSyscalls(abi);
        Path odd = Files.writeString(directory.resolve("a %41+b;c?#d"), "x");
        try (OpenFile file = OpenFile.of(Content.ofFile(odd), "test", new Kexec.Kernel(abi, syscalls))) {
            assertThat(Files.readSymbolicLink(Path.of("/proc/self/fd/" + file.number())))
                    .isEqualTo(odd.toRealPath());
        }
        assertThat(syscalls.open(OpenFile.bytesOf(directory.resolve("missing"))))
                .isEqualTo(-2);
    }

    private static List<String> openFiles() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file)) {
                    names.add(Files.readSymbolicLink(file).toString());
                }
            }
        }
        return names;
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

package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;
import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Debian's kdump-tools as they are when they are installed. What they run as {@code /sbin/kexec} may be ours. */
@ExtendWith(MatrixExtension.class)
class KdumpToolsMatrixTest {
    private static final String CONFIGURATION = "etc/default/kdump-tools";

    /** What both guests have of it. */
    private static final List<String> SCRIPTS =
            List.of("usr/sbin/kdump-config", "etc/kdump/sysctl.conf", "lib/lsb/init-functions", "lib/init/vars.sh");

    /** Where kdump-tools look for the kernel that is running and for its initramfs, and what they know that it was made with. */
    private static final String INSTALL = "mkdir -p /boot /var/lib/kdump && ln /k2 /boot/%s-$(uname -r)"
            + " && ln /rd2 /var/lib/kdump/initrd.img-$(uname -r)"
            + " && cp /etc/kdump/sysctl.conf /var/lib/kdump/latest_sysctls-$(uname -r)"
            + " && PATH=$PATH:/usr/sbin";

    private static final String LOADED = "echo loaded $(cat /sys/kernel/kexec_crash_loaded)";

    private static Stream<Arguments> pairs() {
        return Stream.of(X86_64, PPC64LE)
                .flatMap(machine -> Stream.of(Loader.values()).map(loader -> Arguments.of(machine, loader)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void kdumpConfigLoadsUnloadsAndSaves(Machine machine, Loader loader, Matrix matrix) throws Throwable {
        String release = Lab.release(machine, "6.12");
        matrix.row(
                new Matrix.Row(
                        machine.architecture().linuxName(),
                        release,
                        release,
                        machine.format(),
                        "crash, kdump-tools, " + loader,
                        true),
                () -> {
                    Kernel kernel = Lab.kernel(machine, "6.12");
                    CrashScenario scenario = new CrashScenario(
                            "crash-kdump-tools-%s-%s".formatted(machine.folder(), loader), kernel, loader, "");
                    Root root = Lab.crashRoot(machine);
                    loader.install(scenario.scenario(), root);
                    install(scenario.scenario(), machine, root);
                    Console console = scenario.run();

                    Dumps.assertLoaded(console);
                    Console load = console.frame("load");
                    load.get("^loaded kdump kernel\\.\n(?:.*\n)?loaded 1\ncurrent state   : ready to kdump$");
                    load.get("^unloaded kdump kernel\\.\nloaded 0\ncurrent state   : Not ready to kdump$");
                    load.get("^  /sbin/kexec -p .*--command-line=\"" + machine.commandLine()
                            + " reset_devices .* (?:nr_|max)cpus=1 ");
                    assertThat(load.find("fail")).isEmpty();
                    Dumps.assertCaptured(console, kernel, 1);
                    assertSaved(console);
                });
    }

    private static void assertSaved(Console console) {
        Console save = console.frame("savecore");
        save.get("^kdump-config: saved dmesg content in /var/crash/\\d+\\.$");
        save.get("^kdump-config: saved vmcore in /var/crash/\\d+\\.$");
        console.get("^@savecore-status 0 ");
        Dumps.assertPanic(console.frame("saved-dmesg"));
        Dumps.assertSizeOfDump(
                console, console.frame("saved").get("^(\\d+) dump\\.\\d+$").group(1));
    }

    private static void install(KexecScenario scenario, Machine machine, Root root) throws IOException {
        Path packaged = root.folder().resolve("usr/share/kdump-tools/kdump-tools.conf");
        scenario.firstProgram("usr/bin/file", root.program("file"))
                .firstFile("usr/share/misc/magic.mgc", root.folder().resolve("usr/lib/file/magic.mgc"))
                .firstFile(CONFIGURATION, packaged)
                .secondFile(CONFIGURATION, packaged);
        for (String file : SCRIPTS) {
            Path source = root.folder().resolve(file);
            scenario.firstFile(file, source).secondFile(file, source);
        }
        scenario.load(String.join(
                " && ",
                INSTALL.formatted(machine.kernelFile()),
                "kdump-config load",
                LOADED,
                "kdump-config status",
                "kdump-config unload",
                LOADED,
                "kdump-config status",
                "kdump-config load",
                "kdump-config show"));
    }
}

package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ProgramHeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processors and memory that come and go after a crash kernel was loaded: Linux changes the header of memory itself then. */
@ExtendWith(MatrixExtension.class)
class CrashHotplugMatrixTest {
    /** Where QEMU's PC has memory that is added, if it began with less than 3 GiB: 128 MiB, the least that Linux takes. */
    private static final Iomem.Range ADDED = new Iomem.Range(1L << 32, (1L << 32) + (128 << 20));

    /** Linux takes the memory into use by itself, or is told to; it needs some time for either. */
    private static final String USE_MEMORY =
            "for i in $(seq 50); do grep -q offline /sys/devices/system/memory/memory*/state && "
                    + "for block in /sys/devices/system/memory/memory*; do "
                    + "grep -q offline $block/state && echo online >$block/state; done; "
                    + "grep '^100000000-107ffffff : System RAM' /proc/iomem && break; sleep 0.1; done";

    @ParameterizedTest
    @EnumSource
    void memoryThatWasAddedIsInTheDump(Loader loader, Matrix matrix) throws Throwable {
        String release = Lab.release(X86_64, "6.12");
        matrix.row(
                new Matrix.Row("x86_64", release, release, "bzImage", "crash, kexec_load --hotplug, " + loader, true),
                () -> {
                    Kernel kernel = Lab.kernel(X86_64, "6.12");
                    String name = "crash-hotplug-" + loader;
                    CrashScenario scenario = new CrashScenario(name, kernel, loader, "-c --hotplug");
                    CrashRegion region = new CrashRegion(name);
                    List<CoreHead> heads = new ArrayList<>();
                    scenario.machine("-smp", "2").scenario().memory("1024M,slots=2,maxmem=2G");
                    scenario.scenario()
                            .load(String.join(
                                    " && ",
                                    CrashScenario.load(loader, "-c --hotplug"),
                                    "echo hotplug $(cat /sys/devices/system/cpu/crash_hotplug)"
                                            + " $(cat /sys/devices/system/memory/crash_hotplug)",
                                    scenario.pause("loaded", (monitor, soFar) -> {
                                        heads.add(region.elfcorehdr(monitor, soFar));
                                        monitor.command("object_add memory-backend-ram,id=more,size=128M");
                                        assertThat(monitor.command("device_add pc-dimm,id=dimm,memdev=more"))
                                                .isEmpty();
                                    }),
                                    USE_MEMORY,
                                    "echo 0 >/sys/devices/system/cpu/cpu1/online",
                                    scenario.pause(
                                            "changed",
                                            (monitor, soFar) -> heads.add(region.elfcorehdr(monitor, soFar)))));
                    Console console = scenario.run();

                    Dumps.assertLoaded(console);
                    console.frame("load").get("^hotplug 1 1$");
                    assertThat(heads.get(0).memory()).noneMatch(CrashHotplugMatrixTest::isAdded);
                    assertThat(heads.get(1).memory())
                            .as("Linux writes another header")
                            .filteredOn(CrashHotplugMatrixTest::isAdded)
                            .hasSize(1);
                    Dumps.assertCaptured(console, kernel, 1);
                    Dumps.assertMakedumpfileReadsIt(console);
                    assertThat(CrashScenario.head(console).memory())
                            .filteredOn(CrashHotplugMatrixTest::isAdded)
                            .hasSize(1);
                });
    }

    private static boolean isAdded(ProgramHeader header) {
        return header.physicalAddress() == ADDED.start() && header.memorySize() == ADDED.end() - ADDED.start();
    }
}

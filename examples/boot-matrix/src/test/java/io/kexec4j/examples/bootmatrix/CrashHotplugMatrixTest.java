package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;
import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processors and memory that come and go after a crash kernel was loaded: Linux changes the header of memory itself then. */
@ExtendWith(MatrixExtension.class)
class CrashHotplugMatrixTest {
    private static final long MIB = 1 << 20;

    /**
     * What changes in a machine with 1 GiB.
     *
     * @param processors as QEMU's {@code -smp} has it
     * @param added the memory that is added, as much as Linux takes at least
     * @param devices what else is added, each a command for QEMU's monitor
     * @param change a command for the first guest that changes the processors, or waits for that
     * @param left how many processors are there in the end
     */
    private record Changes(
            Machine machine, String processors, Iomem.Range added, List<String> devices, String change, int left) {
        /** QEMU's PC, if it began with less than 3 GiB, has memory that is added behind 4 GiB. */
        static final Changes ON_X86_64 = new Changes(
                X86_64,
                "2",
                new Iomem.Range(4096 * MIB, 4224 * MIB),
                List.of(),
                "echo 0 >/sys/devices/system/cpu/cpu1/online",
                1);

        /** A hypervisor adds memory right behind what is there, which has to be told in pieces from the beginning. */
        static final Changes ON_PPC64LE = new Changes(
                PPC64LE,
                "1,maxcpus=2",
                new Iomem.Range(1024 * MIB, 1280 * MIB),
                List.of("device_add power9_v2.0-spapr-cpu-core,id=core,core-id=1"),
                waitFor("grep 1 /sys/devices/system/cpu/online"),
                2);

        List<String> commands() {
            List<String> commands = new ArrayList<>(List.of(
                    "object_add memory-backend-ram,id=more,size=%dM".formatted((added.end() - added.start()) / MIB),
                    "device_add pc-dimm,id=dimm,memdev=more"));
            commands.addAll(devices);
            return commands;
        }

        /** Linux takes the memory into use by itself, or is told to; it needs some time for either. */
        String useMemory() {
            return waitFor("{ grep -q offline /sys/devices/system/memory/memory*/state && "
                    + "for block in /sys/devices/system/memory/memory*; do "
                    + "grep -q offline $block/state && echo online >$block/state; done; "
                    + "grep '^%08x-%08x : System RAM' /proc/iomem; }".formatted(added.start(), added.end() - 1));
        }

        private static String waitFor(String command) {
            return "for i in $(seq 50); do %s && break; sleep 0.1; done".formatted(command);
        }
    }

    private record Hotplug(Changes changes, Loader loader) {
        Matrix.Row row() {
            Machine machine = changes.machine;
            String release = Lab.release(machine, "6.12");
            return new Matrix.Row(
                    machine.architecture().linuxName(),
                    release,
                    release,
                    machine.format(),
                    "crash, kexec_load --hotplug, " + loader,
                    true);
        }

        @Override
        public String toString() {
            return "crash-hotplug-%s-%s".formatted(changes.machine.folder(), loader);
        }
    }

    private static Stream<Hotplug> hotplugs() {
        return Stream.of(Changes.ON_X86_64, Changes.ON_PPC64LE)
                .flatMap(changes -> Stream.of(Loader.values()).map(loader -> new Hotplug(changes, loader)));
    }

    @ParameterizedTest
    @MethodSource("hotplugs")
    void memoryThatWasAddedIsInTheDump(Hotplug hotplug, Matrix matrix) throws Throwable {
        matrix.row(hotplug.row(), () -> {
            Changes changes = hotplug.changes;
            Kernel kernel = Lab.kernel(changes.machine, "6.12");
            CrashScenario scenario = new CrashScenario(hotplug.toString(), kernel, hotplug.loader, "-c --hotplug");
            CrashRegion region = new CrashRegion(hotplug.toString());
            List<CoreHead> heads = new ArrayList<>();
            scenario.machine("-smp", changes.processors).scenario().memory("1024M,slots=2,maxmem=2G");
            scenario.scenario()
                    .load(String.join(
                            " && ",
                            CrashScenario.load(hotplug.loader, "-c --hotplug"),
                            "echo hotplug $(cat /sys/devices/system/cpu/crash_hotplug)"
                                    + " $(cat /sys/devices/system/memory/crash_hotplug)",
                            scenario.pause("loaded", (monitor, soFar) -> {
                                heads.add(region.elfcorehdr(monitor, soFar));
                                for (String command : changes.commands()) {
                                    assertThat(monitor.command(command)).isEmpty();
                                }
                            }),
                            changes.useMemory(),
                            changes.change,
                            scenario.pause(
                                    "changed", (monitor, soFar) -> heads.add(region.elfcorehdr(monitor, soFar)))));
            Console console = scenario.run();

            Dumps.assertLoaded(console);
            console.frame("load").get("^hotplug 1 1$");
            long start = changes.added.start();
            long end = changes.added.end();
            assertThat(heads.get(0).memory())
                    .noneMatch(header ->
                            header.physicalAddress() < end && start < header.physicalAddress() + header.memorySize());
            assertThat(heads.get(1).holds(start, end))
                    .as("Linux writes another header")
                    .isTrue();
            Dumps.assertCaptured(console, kernel, changes.left);
            Dumps.assertMakedumpfileReadsIt(console);
            assertThat(CrashScenario.head(console).holds(start, end)).isTrue();
        });
    }
}

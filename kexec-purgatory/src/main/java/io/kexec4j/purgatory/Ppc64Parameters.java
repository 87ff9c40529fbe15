package io.kexec4j.purgatory;

import static io.kexec4j.purgatory.CommonParameters.u32;
import static io.kexec4j.purgatory.CommonParameters.u64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;

/** The purgatory's parameters for ppc64 as bytes: one entry for each variable in src/main/native/ppc64 that the loader sets. */
final class Ppc64Parameters {
    static final String KERNEL_HEAD = "purgatory_kernel_head";
    static final String ENTRY = "purgatory_kernel_entry";
    static final String DEVICE_TREE = "purgatory_device_tree";
    static final String OPAL_BASE = "purgatory_opal_base";
    static final String OPAL_ENTRY = "purgatory_opal_entry";
    static final String RTAS_BASE = "purgatory_rtas_base";
    static final String RTAS_ENTRY = "purgatory_rtas_entry";
    static final String RTAS_REBOOT = "purgatory_rtas_reboot";
    static final String CONSOLE = "purgatory_console";
    static final String TERMINAL = "purgatory_terminal";

    private Ppc64Parameters() {}

    /** {@return the new value of each variable that only ppc64 has} */
    static Map<String, byte[]> of(Ppc64PurgatorySettings settings, ByteOrder order) {
        Ppc64Exit exit = settings.exit();
        Optional<FirmwareConsole> console = settings.console();
        Optional<RtasFirmware> rtas = settings.rtas();
        return Map.of(
                KERNEL_HEAD, behindTheFirstWord(settings.kernelHead()),
                ENTRY, u64(order, exit.kernel()),
                DEVICE_TREE, u64(order, exit.deviceTree()),
                OPAL_BASE, u64(order, exit.opal().map(OpalFirmware::base).orElse(0L)),
                OPAL_ENTRY, u64(order, exit.opal().map(OpalFirmware::entry).orElse(0L)),
                RTAS_BASE, u64(order, rtas.map(RtasFirmware::base).orElse(0L)),
                RTAS_ENTRY, u64(order, rtas.map(RtasFirmware::entry).orElse(0L)),
                RTAS_REBOOT, u32(order, rtas.map(RtasFirmware::systemReboot).orElse(0)),
                CONSOLE, u32(order, console.map(Ppc64Parameters::kind).orElse(0)),
                TERMINAL, u64(order, console.map(Ppc64Parameters::terminal).orElse(0L)));
    }

    /** Where the kernel has its first instruction, the purgatory has its own. */
    private static byte[] behindTheFirstWord(ByteBuffer head) {
        byte[] bytes = new byte[Ppc64Purgatory.KERNEL_HEAD_SIZE - Integer.BYTES];
        head.position(Integer.BYTES).get(bytes);
        return bytes;
    }

    /** The numbers are those in parameters.h. */
    private static int kind(FirmwareConsole console) {
        return console instanceof HypervisorConsole ? 1 : 2;
    }

    private static long terminal(FirmwareConsole console) {
        return console instanceof HypervisorConsole hypervisor
                ? hypervisor.terminal()
                : ((OpalConsole) console).terminal();
    }
}

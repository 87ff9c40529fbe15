package io.kexec4j.boot.x86;

import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Optional;

/**
 * What is still true from the boot_params of the running kernel. The rest of them is about that kernel and its boot loader, and
 * must not be handed on: its initrd, its command line, its setup header, its setup_data.
 */
final class RunningKernel {
    private static final long MIB = 1 << 20;
    private static final long KIB = 1 << 10;
    private static final long LARGEST_EXT_MEM_K = 0xfc00;
    private static final long LARGEST_ALT_MEM_K = 0xffff_ffffL;

    private RunningKernel() {}

    static void handOn(Target target, BootParams.Builder bootParams) throws IOException {
        Optional<BootParams> running = target.bootParams().isPresent()
                ? Optional.of(BootParams.parse(target.bootParams().get()))
                : Optional.empty();
        running.ifPresent(old -> bootParams
                .put(BootParamsField.SCREEN_INFO, old.bytes(BootParamsField.SCREEN_INFO))
                .put(BootParamsField.HARDWARE_SUBARCH, old.get(BootParamsField.HARDWARE_SUBARCH)));
        long rsdp = running.map(old -> old.get(BootParamsField.ACPI_RSDP_ADDR)).orElse(0L);
        bootParams.put(
                BootParamsField.ACPI_RSDP_ADDR,
                rsdp != 0 ? rsdp : target.acpiRsdp().orElse(0));
        long memory = kibAboveFirstMib(target);
        bootParams
                .put(BootParamsField.EXT_MEM_K, Math.min(memory, LARGEST_EXT_MEM_K))
                .put(BootParamsField.ALT_MEM_K, Math.min(memory, LARGEST_ALT_MEM_K));
    }

    /** How far the RAM reaches in which 1 MiB lies: what both fields tell kernels that read no e820 table. */
    private static long kibAboveFirstMib(Target target) {
        return target.memoryMap().ram().stream()
                .filter(range -> range.contains(MIB))
                .mapToLong(PhysicalRange::end)
                .map(end -> Long.divideUnsigned(end - MIB, KIB))
                .findFirst()
                .orElse(0);
    }
}

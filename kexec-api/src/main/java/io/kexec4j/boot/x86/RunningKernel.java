package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.ImaLog;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is still true from the boot_params of the running kernel. The rest of them is about that kernel and its boot loader, and
 * must not be handed on: its initrd, its command line, its setup header, its setup_data. {@code cc_blob_address},
 * {@code edid_info} and {@code hardware_subarch_data} are left out as the kernel's own loader leaves them out.
 */
final class RunningKernel {
    private static final long MIB = 1 << 20;
    private static final long KIB = 1 << 10;
    private static final long LARGEST_EXT_MEM_K = 0xfc00;
    private static final long LARGEST_ALT_MEM_K = 0xffff_ffffL;

    private final Target target;
    private final MemoryMap told;
    private final Optional<BootParams> bootParams;
    private final Optional<ScreenInfo> screen;

    private RunningKernel(BootRequest request, Optional<BootParams> bootParams, Optional<ScreenInfo> screen) {
        this.target = request.target();
        this.told = KeptMemory.told(request);
        this.bootParams = bootParams;
        this.screen = screen;
    }

    /**
     * Reads the boot_params.
     *
     * @throws UnsupportedCombinationException if the user wants what is unknown
     * @throws IOException if they are malformed
     */
    static RunningKernel of(BootRequest request) throws IOException {
        Target target = request.target();
        boolean reuse = request.has(X86Option.REUSE_VIDEO);
        if (target.bootParams().isEmpty()) {
            if (reuse) {
                throw new UnsupportedCombinationException(
                        "the video mode of the running kernel cannot be reused: its boot_params are unknown");
            }
            return new RunningKernel(request, Optional.empty(), Optional.empty());
        }
        BootParams running = BootParams.parse(target.bootParams().get());
        return new RunningKernel(
                request,
                Optional.of(running),
                Optional.of(ScreenInfo.of(running, target.framebuffer(), reuse, request.has(X86Option.VGA_RESET))));
    }

    /** The boot_params, if they are known. */
    Optional<BootParams> bootParams() {
        return bootParams;
    }

    /** What the user should know about what is handed on, and what is not. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        screen.flatMap(ScreenInfo::remark).ifPresent(remarks::add);
        ImaLog.remark(target, false).ifPresent(remarks::add);
        if (rsdp() == 0 && target.efi().isPresent()) {
            remarks.add("where ACPI's root pointer lies is unknown: the second kernel may not find ACPI's tables");
        }
        return remarks;
    }

    void handOn(BootParams.Builder out) {
        screen.ifPresent(info -> info.handOn(out));
        bootParams.ifPresent(old -> {
            out.put(BootParamsField.HARDWARE_SUBARCH, old.get(BootParamsField.HARDWARE_SUBARCH));
            DiskInfo.handOn(old, out);
        });
        long memory = kibAboveFirstMib();
        out.put(BootParamsField.ACPI_RSDP_ADDR, rsdp())
                .put(BootParamsField.EXT_MEM_K, Math.min(memory, LARGEST_EXT_MEM_K))
                .put(BootParamsField.ALT_MEM_K, Math.min(memory, LARGEST_ALT_MEM_K));
    }

    private long rsdp() {
        long told =
                bootParams.map(old -> old.get(BootParamsField.ACPI_RSDP_ADDR)).orElse(0L);
        return told != 0 ? told : target.acpiRsdp().orElse(0);
    }

    /** How far the RAM that the second kernel is told of reaches in which 1 MiB lies: what both fields tell kernels that read no e820 table. */
    private long kibAboveFirstMib() {
        return told.ram().stream()
                .filter(range -> range.contains(MIB))
                .mapToLong(PhysicalRange::end)
                .map(end -> Long.divideUnsigned(end - MIB, KIB))
                .findFirst()
                .orElse(0);
    }
}

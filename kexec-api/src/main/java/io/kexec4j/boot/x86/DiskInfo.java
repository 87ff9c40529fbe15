package io.kexec4j.boot.x86;

import java.util.Arrays;

/**
 * What the BIOS tells of the disks (Documentation/ABI/testing/sysfs-firmware-edd, {@code struct edd_info}): the second kernel
 * cannot ask it. The counts never say more than the tables hold.
 */
final class DiskInfo {
    /** {@code EDDMAXNR}. */
    private static final int MAX_DISKS = 6;

    /** {@code EDD_MBR_SIG_MAX}. */
    private static final int MAX_SIGNATURES = 16;

    private DiskInfo() {}

    static void handOn(BootParams running, BootParams.Builder bootParams) {
        copy(running, bootParams, BootParamsField.EDDBUF_ENTRIES, BootParamsField.EDDBUF, MAX_DISKS);
        copy(
                running,
                bootParams,
                BootParamsField.EDD_MBR_SIG_BUF_ENTRIES,
                BootParamsField.EDD_MBR_SIG_BUFFER,
                MAX_SIGNATURES);
    }

    private static void copy(
            BootParams running, BootParams.Builder bootParams, BootParamsField count, BootParamsField table, int max) {
        int entries = (int) Math.min(running.get(count), max);
        int size = entries * (table.size() / max);
        bootParams.put(count, entries).put(table, Arrays.copyOf(running.bytes(table), size));
    }
}

package io.kexec4j.fdt.bindings;

/**
 * Where the UEFI that started a kernel left its tables: the {@code linux,uefi-} properties of /chosen, which the stub of an
 * EFI kernel writes and the next kernel needs.
 *
 * @param systemTable physical address of the system table ({@code linux,uefi-system-table})
 * @param memoryMap physical address of the memory map ({@code linux,uefi-mmap-start})
 * @param memoryMapSize its size in bytes ({@code linux,uefi-mmap-size})
 * @param descriptorSize the size in bytes of each descriptor in it ({@code linux,uefi-mmap-desc-size})
 * @param descriptorVersion the version of the descriptors ({@code linux,uefi-mmap-desc-ver})
 */
public record UefiTables(
        long systemTable, long memoryMap, long memoryMapSize, long descriptorSize, long descriptorVersion) {}

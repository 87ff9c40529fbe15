/**
 * The physical memory of a machine, and how to find room in it.
 *
 * <p>A {@link io.kexec4j.memory.MemoryMap} is a value: regions that do not overlap, each with its type. It is written by hand,
 * or read from what Linux says: {@link io.kexec4j.memory.ProcIomem} for {@code /proc/iomem},
 * {@link io.kexec4j.memory.FirmwareMemmap} for {@code /sys/firmware/memmap}, and {@link io.kexec4j.memory.DeviceTreeMemory} for a
 * device tree; {@link io.kexec4j.memory.PowerMemory} for that of a PowerPC machine, which has more to tell.
 *
 * <p>{@link io.kexec4j.memory.MemoryHoles} is the allocator: a pure function from free memory and a
 * {@link io.kexec4j.memory.HoleRequest} to an address, or an exception that lists the holes and says why each will not do.
 *
 * <p>All ranges are half-open. The inclusive ends of iomem and firmware tables exist only in their importers.
 */
@NullMarked
package io.kexec4j.memory;

import org.jspecify.annotations.NullMarked;

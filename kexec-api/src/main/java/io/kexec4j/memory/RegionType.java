package io.kexec4j.memory;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a region of memory is, in the names that Linux prints in {@code /sys/firmware/memmap} and the codes of the e820 table
 * (ACPI specification 6.5, section 15, table 15.4; {@code E820_TYPE_*} in arch/x86/include/asm/e820/types.h). Types that this
 * class does not name are kept with their code.
 *
 * @param name what Linux calls it
 * @param e820Code the code in an e820 table, 0 to 0xffffffff; empty for memory that no firmware reports
 */
public record RegionType(String name, OptionalLong e820Code) {
    /** Memory that the system may use. {@code E820_TYPE_RAM}. */
    public static final RegionType RAM = of("System RAM", 1);

    /** Memory that nobody may use. {@code E820_TYPE_RESERVED}. */
    public static final RegionType RESERVED = of("Reserved", 2);

    /** Tables of ACPI, which may be used as RAM once they have been read. {@code E820_TYPE_ACPI}. */
    public static final RegionType ACPI_TABLES = of("ACPI Tables", 3);

    /** Memory of ACPI that must survive sleep. {@code E820_TYPE_NVS}. */
    public static final RegionType ACPI_NVS = of("ACPI Non-volatile Storage", 4);

    /** Memory in which errors have been found. {@code E820_TYPE_UNUSABLE}. */
    public static final RegionType UNUSABLE = of("Unusable memory", 5);

    /** Persistent memory. {@code E820_TYPE_PMEM}. */
    public static final RegionType PERSISTENT = of("Persistent Memory", 7);

    /** Persistent memory as older firmware reports it. {@code E820_TYPE_PRAM}. */
    public static final RegionType PERSISTENT_LEGACY = of("Persistent Memory (legacy)", 12);

    /** Memory set apart for a special purpose. {@code E820_TYPE_SOFT_RESERVED}. */
    public static final RegionType SOFT_RESERVED = of("Soft Reserved", 0xefffffffL);

    /**
     * RAM that a driver has added and may take away, such as {@code System RAM (kmem)} or {@code System RAM (virtio_mem)}. It
     * is no place for a segment ({@code IORESOURCE_SYSRAM_DRIVER_MANAGED}), and no firmware reports it.
     */
    public static final RegionType DRIVER_MANAGED = new RegionType("System RAM (driver managed)", OptionalLong.empty());

    /**
     * RAM that the running kernel keeps for a kernel that starts when it crashes ({@code crashkernel=}). The next kernel may use it
     * like any other, but it is no place for a segment of an image for a normal start: while a crash kernel is loaded, arm64 does
     * not even map it.
     */
    public static final RegionType CRASH_KERNEL = of("Crash kernel", 1);

    private static final List<RegionType> E820_TYPES =
            List.of(RAM, RESERVED, ACPI_TABLES, ACPI_NVS, UNUSABLE, PERSISTENT, PERSISTENT_LEGACY, SOFT_RESERVED);

    /** What Linux calls {@link #RESERVED} on arm and arm64, and in old versions on x86. */
    private static final String RESERVED_LOWER_CASE = "reserved";

    /** What Linux calls every type that it does not know. */
    static final String UNKNOWN_NAME = "Unknown E820 type";

    private static final long LARGEST_CODE = 0xffff_ffffL;

    /**
     * Checks the code.
     *
     * @param name what Linux calls it
     * @param e820Code the code in an e820 table
     * @throws IllegalArgumentException if the code does not fit into 32 bits
     */
    public RegionType {
        e820Code.ifPresent(code -> {
            if (code < 0 || code > LARGEST_CODE) {
                throw new IllegalArgumentException("an e820 type has 32 bits: 0x%x".formatted(code));
            }
        });
    }

    private static RegionType of(String name, long e820Code) {
        return new RegionType(name, OptionalLong.of(e820Code));
    }

    /** A type that has no name here, from firmware whose code for it Linux does not tell. Nobody may use such memory. */
    static RegionType unknown(String name) {
        return new RegionType(name, RESERVED.e820Code);
    }

    /**
     * {@return whether the next kernel may use memory of this type like any other: {@link #RAM} and {@link #CRASH_KERNEL}, whose code
     * in the e820 table is the same}
     */
    public boolean isRam() {
        return e820Code.equals(RAM.e820Code);
    }

    /**
     * {@return the types that have a name here and a code in the e820 table}
     */
    public static List<RegionType> e820Types() {
        return E820_TYPES;
    }

    /**
     * {@return the type with a code of the e820 table; one that has no name here is kept under its code}
     *
     * @param code the code, 0 to 0xffffffff
     * @throws IllegalArgumentException if the code does not fit into 32 bits
     */
    public static RegionType ofE820(long code) {
        return E820_TYPES.stream()
                .filter(type -> type.e820Code.orElseThrow() == code)
                .findFirst()
                .orElseGet(() -> of(UNKNOWN_NAME, code));
    }

    /**
     * {@return the type with a name of Linux, if it has one here}
     *
     * @param name as in {@code /sys/firmware/memmap} or {@code /proc/iomem}; {@code reserved} is {@link #RESERVED} as well
     */
    public static Optional<RegionType> byName(String name) {
        String canonical = name.equals(RESERVED_LOWER_CASE) ? RESERVED.name : name;
        return E820_TYPES.stream().filter(type -> type.name.equals(canonical)).findFirst();
    }
}

package io.kexec4j.target;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the running kernel tells of the EFI firmware that started it (Documentation/ABI/testing/sysfs-firmware-efi and
 * sysfs-firmware-efi-runtime-map). All addresses are physical and not 0, but for that of the runtime services, which is virtual if
 * the running kernel was started by kexec.
 *
 * @param platformBits 32 or 64: the mode in which the firmware runs, if known
 * @param fwVendor where the name of the firmware's vendor lies, if known
 * @param runtime where the table of the runtime services lies, if known
 * @param configTable where the configuration tables lie, if known
 * @param smbios where the entry point of SMBIOS 2 lies; machines with SMBIOS 3 often have none
 * @param runtimeMap the memory of the runtime services, in the order of the running kernel; empty if it does not use them
 */
public record EfiFacts(
        OptionalInt platformBits,
        OptionalLong fwVendor,
        OptionalLong runtime,
        OptionalLong configTable,
        OptionalLong smbios,
        List<EfiRuntimeRegion> runtimeMap) {
    /** More regions than any firmware has. */
    public static final int MAX_REGIONS = 4096;

    private static final int NARROW = 32;
    private static final int WIDE = 64;

    /**
     * Checks the values.
     *
     * @param platformBits 32 or 64
     * @param fwVendor where the name of the firmware's vendor lies
     * @param runtime where the table of the runtime services lies
     * @param configTable where the configuration tables lie
     * @param smbios where the entry point of SMBIOS 2 lies
     * @param runtimeMap the memory of the runtime services; copied
     * @throws IllegalArgumentException if the firmware has another width, if an address is 0, or if there are more than
     *     {@value #MAX_REGIONS} regions
     */
    public EfiFacts {
        platformBits.ifPresent(bits -> {
            if (bits != NARROW && bits != WIDE) {
                throw new IllegalArgumentException("EFI has 32 or 64 bits, not " + bits);
            }
        });
        List.of(fwVendor, runtime, configTable, smbios)
                .forEach(address -> address.ifPresent(value -> {
                    if (value == 0) {
                        throw new IllegalArgumentException("an address of EFI must not be 0");
                    }
                }));
        runtimeMap = List.copyOf(runtimeMap);
        if (runtimeMap.size() > MAX_REGIONS) {
            throw new IllegalArgumentException(
                    "EFI's runtime map must have at most %d regions, has %d".formatted(MAX_REGIONS, runtimeMap.size()));
        }
    }

    /**
     * {@return a builder with nothing known}
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects facts. Not thread-safe. */
    public static final class Builder {
        private OptionalInt platformBits = OptionalInt.empty();
        private OptionalLong fwVendor = OptionalLong.empty();
        private OptionalLong runtime = OptionalLong.empty();
        private OptionalLong configTable = OptionalLong.empty();
        private OptionalLong smbios = OptionalLong.empty();
        private List<EfiRuntimeRegion> runtimeMap = List.of();

        private Builder() {}

        /**
         * Sets the mode in which the firmware runs.
         *
         * @param bits 32 or 64
         * @return this
         */
        public Builder platformBits(int bits) {
            platformBits = OptionalInt.of(bits);
            return this;
        }

        /**
         * Sets where the name of the firmware's vendor lies.
         *
         * @param address physical, not 0
         * @return this
         */
        public Builder fwVendor(long address) {
            fwVendor = OptionalLong.of(address);
            return this;
        }

        /**
         * Sets where the table of the runtime services lies.
         *
         * @param address physical, not 0
         * @return this
         */
        public Builder runtime(long address) {
            runtime = OptionalLong.of(address);
            return this;
        }

        /**
         * Sets where the configuration tables lie.
         *
         * @param address physical, not 0
         * @return this
         */
        public Builder configTable(long address) {
            configTable = OptionalLong.of(address);
            return this;
        }

        /**
         * Sets where the entry point of SMBIOS 2 lies.
         *
         * @param address physical, not 0
         * @return this
         */
        public Builder smbios(long address) {
            smbios = OptionalLong.of(address);
            return this;
        }

        /**
         * Sets the memory of the runtime services.
         *
         * @param regions in the order of the running kernel
         * @return this
         */
        public Builder runtimeMap(List<EfiRuntimeRegion> regions) {
            runtimeMap = List.copyOf(regions);
            return this;
        }

        /**
         * {@return the facts}
         *
         * @throws IllegalArgumentException if one cannot be, see {@link EfiFacts}
         */
        public EfiFacts build() {
            return new EfiFacts(platformBits, fwVendor, runtime, configTable, smbios, runtimeMap);
        }
    }
}

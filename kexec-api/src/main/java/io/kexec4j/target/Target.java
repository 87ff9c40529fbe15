package io.kexec4j.target;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Arm64Cpu;
import io.kexec4j.memory.MemoryMap;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an image must know about the machine that will run it.
 *
 * @param architecture of the machine
 * @param pageSize page size of the kernel that loads the image, in bytes, a power of two, 4096 or more
 * @param memoryMap the physical memory as the firmware reports it, with what the running kernel keeps of it reserved: where segments can
 *     lie, and what the second kernel is told
 * @param kernelRelease of the kernel that loads the image, as {@code uname -r} prints it, if known
 * @param commandLine of the kernel that loads the image; empty if unknown
 * @param bootParams x86: the 4096 bytes of boot_params that the running kernel was given, if known
 * @param acpiRsdp physical address of ACPI's root pointer as EFI tells it, unsigned and not 0, if known
 * @param efi what the running kernel tells of the EFI firmware, if there is one
 * @param framebuffer what is on the screen, if there is one
 * @param deviceTree the device tree that the running kernel was given, if there is one
 * @param liveTree the device tree as the running kernel has it now, flattened; known only where it tells what no other file does, see
 *     {@link io.kexec4j.memory.MemorySource#LIVE_DEVICE_TREE}
 * @param imaMeasurements how many entries IMA's measurement log has, if it measures
 * @param arm64Cpu arm64: what all CPUs of the machine can do, if known
 * @param crash what an image for a crash must know, if memory was set apart for one
 */
public record Target(
        Architecture architecture,
        long pageSize,
        MemoryMap memoryMap,
        Optional<String> kernelRelease,
        String commandLine,
        Optional<Content> bootParams,
        OptionalLong acpiRsdp,
        Optional<EfiFacts> efi,
        Optional<FramebufferFacts> framebuffer,
        Optional<Content> deviceTree,
        Optional<Content> liveTree,
        OptionalLong imaMeasurements,
        Optional<Arm64Cpu> arm64Cpu,
        Optional<CrashFacts> crash) {
    /** The size of boot_params in bytes (boot.rst, "The zero page"). */
    static final int BOOT_PARAMS_SIZE = 4096;

    private static final long SMALLEST_PAGE = 4096;

    /**
     * Checks the values.
     *
     * @param architecture of the machine
     * @param pageSize page size of the kernel that loads the image
     * @param memoryMap the physical memory
     * @param kernelRelease of the kernel that loads the image
     * @param commandLine of the kernel that loads the image
     * @param bootParams x86: boot_params of the running kernel
     * @param acpiRsdp physical address of ACPI's root pointer
     * @param efi what the running kernel tells of the EFI firmware
     * @param framebuffer what is on the screen
     * @param deviceTree the device tree that the running kernel was given
     * @param liveTree the device tree as the running kernel has it now
     * @param imaMeasurements how many entries IMA's measurement log has
     * @param arm64Cpu arm64: what all CPUs of the machine can do
     * @param crash what an image for a crash must know
     * @throws IllegalArgumentException if the page size is no power of two or below 4096, if there is no RAM, if boot_params
     *     has not 4096 bytes, if the address of ACPI's root pointer is 0, or if the CPUs could not run the kernel that loads the
     *     image: have not its page size or byte order
     */
    public Target {
        if (Long.bitCount(pageSize) != 1 || pageSize < SMALLEST_PAGE) {
            throw new IllegalArgumentException(
                    "a page size must be a power of two, %d or more: %d".formatted(SMALLEST_PAGE, pageSize));
        }
        if (memoryMap.ram().isEmpty()) {
            throw new IllegalArgumentException("a machine must have RAM, and this memory map has none");
        }
        bootParams.ifPresent(zeroPage -> {
            if (zeroPage.size() != BOOT_PARAMS_SIZE) {
                throw new IllegalArgumentException(
                        "boot_params must have %d bytes, has %d".formatted(BOOT_PARAMS_SIZE, zeroPage.size()));
            }
        });
        acpiRsdp.ifPresent(address -> {
            if (address == 0) {
                throw new IllegalArgumentException("the address of ACPI's root pointer must not be 0");
            }
        });
        arm64Cpu.ifPresent(cpu -> {
            if (!cpu.pageSizes().contains(pageSize) || !cpu.byteOrders().contains(architecture.byteOrder())) {
                throw new IllegalArgumentException(
                        "the CPUs must have pages of %d bytes and be %s, as the running kernel is: %s"
                                .formatted(pageSize, architecture.byteOrder(), cpu));
            }
        });
    }

    /**
     * Starts to describe a machine by hand.
     *
     * @param architecture of the machine
     * @param memoryMap its physical memory
     * @return a builder, with the page size that is usual for the architecture and nothing else known
     */
    public static Builder builder(Architecture architecture, MemoryMap memoryMap) {
        return new Builder(architecture, memoryMap);
    }

    /**
     * {@return this machine with other memory}
     *
     * @param other where segments can lie, and what the second kernel is told
     * @throws IllegalArgumentException if it has no RAM
     */
    public Target withMemoryMap(MemoryMap other) {
        return with(other, crash);
    }

    /**
     * {@return this machine with other facts for a crash}
     *
     * @param facts what an image for a crash must know
     */
    public Target withCrash(CrashFacts facts) {
        return with(memoryMap, Optional.of(facts));
    }

    private Target with(MemoryMap otherMemory, Optional<CrashFacts> otherCrash) {
        return new Target(
                architecture,
                pageSize,
                otherMemory,
                kernelRelease,
                commandLine,
                bootParams,
                acpiRsdp,
                efi,
                framebuffer,
                deviceTree,
                liveTree,
                imaMeasurements,
                arm64Cpu,
                otherCrash);
    }

    /** Collects facts. Not thread-safe. */
    public static final class Builder {
        private final Architecture architecture;
        private final MemoryMap memoryMap;
        private long pageSize;
        private Optional<String> kernelRelease = Optional.empty();
        private String commandLine = "";
        private Optional<Content> bootParams = Optional.empty();
        private OptionalLong acpiRsdp = OptionalLong.empty();
        private Optional<EfiFacts> efi = Optional.empty();
        private Optional<FramebufferFacts> framebuffer = Optional.empty();
        private Optional<Content> deviceTree = Optional.empty();
        private Optional<Content> liveTree = Optional.empty();
        private OptionalLong imaMeasurements = OptionalLong.empty();
        private Optional<Arm64Cpu> arm64Cpu = Optional.empty();
        private Optional<CrashFacts> crash = Optional.empty();

        private Builder(Architecture architecture, MemoryMap memoryMap) {
            this.architecture = architecture;
            this.memoryMap = memoryMap;
            this.pageSize = architecture.defaultPageSize();
        }

        /**
         * Sets the page size.
         *
         * @param bytes of the kernel that loads the image, a power of two, 4096 or more; by default what is usual for the architecture
         * @return this
         */
        public Builder pageSize(long bytes) {
            pageSize = bytes;
            return this;
        }

        /**
         * Sets the release of the kernel that loads the image.
         *
         * @param release as {@code uname -r} prints it
         * @return this
         */
        public Builder kernelRelease(String release) {
            kernelRelease = Optional.of(release);
            return this;
        }

        /**
         * Sets the command line of the kernel that loads the image.
         *
         * @param text as in {@code /proc/cmdline}, without the line feed
         * @return this
         */
        public Builder commandLine(String text) {
            commandLine = text;
            return this;
        }

        /**
         * Sets the boot_params that the running kernel was given (x86).
         *
         * @param zeroPage 4096 bytes, as in {@code /sys/kernel/boot_params/data}
         * @return this
         */
        public Builder bootParams(Content zeroPage) {
            bootParams = Optional.of(zeroPage);
            return this;
        }

        /**
         * Sets where ACPI's root pointer lies.
         *
         * @param address a physical address, unsigned, not 0
         * @return this
         */
        public Builder acpiRsdp(long address) {
            acpiRsdp = OptionalLong.of(address);
            return this;
        }

        /**
         * Sets what is known of the EFI firmware.
         *
         * @param facts what the running kernel tells
         * @return this
         */
        public Builder efi(EfiFacts facts) {
            efi = Optional.of(facts);
            return this;
        }

        /**
         * Sets what is on the screen.
         *
         * @param facts what the running kernel tells
         * @return this
         */
        public Builder framebuffer(FramebufferFacts facts) {
            framebuffer = Optional.of(facts);
            return this;
        }

        /**
         * Sets the device tree that the running kernel was given.
         *
         * @param tree a flattened device tree, as in {@code /sys/firmware/fdt}
         * @return this
         */
        public Builder deviceTree(Content tree) {
            deviceTree = Optional.of(tree);
            return this;
        }

        /**
         * Sets the device tree as the running kernel has it now.
         *
         * @param tree {@code /proc/device-tree}, flattened
         * @return this
         */
        public Builder liveTree(Content tree) {
            liveTree = Optional.of(tree);
            return this;
        }

        /**
         * Sets how many entries IMA's measurement log has.
         *
         * @param count the number of entries
         * @return this
         */
        public Builder imaMeasurements(long count) {
            imaMeasurements = OptionalLong.of(count);
            return this;
        }

        /**
         * Sets what the CPUs can do, for arm64.
         *
         * @param cpu what all of them can do
         * @return this
         */
        public Builder arm64Cpu(Arm64Cpu cpu) {
            arm64Cpu = Optional.of(cpu);
            return this;
        }

        /**
         * Sets what an image for a crash must know.
         *
         * @param facts what the running kernel tells
         * @return this
         */
        public Builder crash(CrashFacts facts) {
            crash = Optional.of(facts);
            return this;
        }

        /**
         * {@return the machine}
         *
         * @throws IllegalArgumentException if the facts contradict each other, see {@link Target}
         */
        public Target build() {
            return new Target(
                    architecture,
                    pageSize,
                    memoryMap,
                    kernelRelease,
                    commandLine,
                    bootParams,
                    acpiRsdp,
                    efi,
                    framebuffer,
                    deviceTree,
                    liveTree,
                    imaMeasurements,
                    arm64Cpu,
                    crash);
        }
    }
}

package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the device tree of a 64-bit PowerPC machine tells beside its memory ({@link io.kexec4j.memory.PowerMemory}), be it the guest of
 * a hypervisor or not: where something lies that a loaded image must not overlap, and how far memory can be reached when the next
 * kernel begins. Most of it only the running kernel knows, which puts it into its own tree ({@code /proc/device-tree}): the tree that
 * the firmware handed over ({@code /sys/firmware/fdt}) does not have it.
 *
 * <p>All addresses are physical and unsigned.
 *
 * @param runningKernel the running kernel, and all below it: no segment may begin below its end, or Linux refuses the image
 *     ({@code ETXTBSY}); empty if the tree does not tell
 * @param hashTable the hash table of a kernel that runs without a hypervisor
 * @param rtas RTAS, the firmware of guests
 * @param systemReboot how RTAS starts the machine anew
 * @param opal OPAL, the firmware that a kernel without a hypervisor calls
 * @param tceTables the tables by which PCI devices reach memory; an image that overlaps one is refused ({@code ETXTBSY})
 * @param reserved what the firmware keeps besides ({@code reserved-ranges})
 * @param crashKernel what is kept for a crash kernel, which {@code /proc/iomem} does not tell on these machines
 * @param initrd the running kernel's initrd, which is still there if it was told to keep it ({@code retain_initrd})
 * @param memoryLimit the address from which on the running kernel uses no memory ({@code mem=}), not 0
 * @param realModeEnd where the memory ends that the next kernel can reach at its beginning, in real mode (the RMA), not 0: all
 *     that it begins with must lie below; empty if there is no such limit, as where no hypervisor is
 */
public record PowerFacts(
        Optional<PhysicalRange> runningKernel,
        Optional<PhysicalRange> hashTable,
        Optional<PhysicalRange> rtas,
        Optional<RtasCall> systemReboot,
        Optional<Opal> opal,
        List<PhysicalRange> tceTables,
        List<PhysicalRange> reserved,
        Optional<PhysicalRange> crashKernel,
        Optional<PhysicalRange> initrd,
        OptionalLong memoryLimit,
        OptionalLong realModeEnd) {

    /**
     * Checks the values.
     *
     * @param runningKernel as above
     * @param hashTable as above
     * @param rtas as above
     * @param systemReboot as above
     * @param opal as above
     * @param tceTables as above; copied
     * @param reserved as above; copied
     * @param crashKernel as above
     * @param initrd as above
     * @param memoryLimit as above
     * @param realModeEnd as above
     * @throws IllegalArgumentException if the running kernel, with all below it, does not begin at 0, or if a limit is 0
     */
    public PowerFacts {
        tceTables = List.copyOf(tceTables);
        reserved = List.copyOf(reserved);
        if (runningKernel.isPresent() && runningKernel.get().start() != 0) {
            throw new IllegalArgumentException(
                    "the running kernel and what is below it begin at 0: " + runningKernel.get());
        }
        if (memoryLimit.orElse(1) == 0 || realModeEnd.orElse(1) == 0) {
            throw new IllegalArgumentException("a limit is not 0");
        }
    }

    /**
     * A function of RTAS.
     *
     * @param entry physical address at which RTAS is called, unsigned, of 32 bits, not 0
     * @param token the number of the function, unsigned, of 32 bits
     */
    public record RtasCall(long entry, long token) {}

    /**
     * OPAL (skiboot, doc/device-tree/ibm,opal). The next kernel's early console calls it by these two, in r8 and r9.
     *
     * @param memory where it lies; its start is what it calls its base
     * @param entry physical address at which it is called, unsigned
     */
    public record Opal(PhysicalRange memory, long entry) {}

    /**
     * {@return what a device tree tells}
     *
     * @param tree the device tree, best that of the running kernel ({@code /proc/device-tree})
     * @throws MalformedInputException if one of the properties that matter here is not of its form, or if it is one of a pair
     *     without the other; if memory is empty or wraps; or if there is a hypervisor, but no memory at address 0. It says
     *     which node and which property
     */
    public static PowerFacts read(DeviceTree tree) throws MalformedInputException {
        return PowerTree.read(tree);
    }

    /**
     * {@return what no segment may overlap, whatever the image is for, in ascending order, neighbours joined: the running kernel and
     * all below it, the hash table, RTAS, OPAL, the tables of PCI devices, and what the firmware reserves. Neither the memory of the crash
     * kernel nor the initrd is among it: whether they matter depends on what is loaded, and how}
     */
    public List<PhysicalRange> untouchable() {
        List<PhysicalRange> all = new ArrayList<>(tceTables);
        all.addAll(reserved);
        Stream.of(runningKernel, hashTable, rtas, opal.map(Opal::memory)).forEach(range -> range.ifPresent(all::add));
        return MemoryHoles.holes(all, List.of());
    }

    /**
     * {@return a builder with nothing known}
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects facts. Not thread-safe. */
    public static final class Builder {
        private Optional<PhysicalRange> runningKernel = Optional.empty();
        private Optional<PhysicalRange> hashTable = Optional.empty();
        private Optional<PhysicalRange> rtas = Optional.empty();
        private Optional<RtasCall> systemReboot = Optional.empty();
        private Optional<Opal> opal = Optional.empty();
        private List<PhysicalRange> tceTables = List.of();
        private List<PhysicalRange> reserved = List.of();
        private Optional<PhysicalRange> crashKernel = Optional.empty();
        private Optional<PhysicalRange> initrd = Optional.empty();
        private OptionalLong memoryLimit = OptionalLong.empty();
        private OptionalLong realModeEnd = OptionalLong.empty();

        private Builder() {}

        /**
         * Sets where the running kernel ends.
         *
         * @param end physical address behind its last byte, unsigned, not 0
         * @return this
         * @throws IllegalArgumentException if it is 0
         */
        public Builder kernelEnd(long end) {
            runningKernel = Optional.of(new PhysicalRange(0, end));
            return this;
        }

        /**
         * Sets where the hash table lies.
         *
         * @param memory where it lies
         * @return this
         */
        public Builder hashTable(PhysicalRange memory) {
            hashTable = Optional.of(memory);
            return this;
        }

        /**
         * Sets where RTAS lies.
         *
         * @param memory where it lies
         * @return this
         */
        public Builder rtas(PhysicalRange memory) {
            rtas = Optional.of(memory);
            return this;
        }

        /**
         * Sets how RTAS starts the machine anew.
         *
         * @param call the function of RTAS that does so
         * @return this
         */
        public Builder systemReboot(RtasCall call) {
            systemReboot = Optional.of(call);
            return this;
        }

        /**
         * Sets what OPAL is.
         *
         * @param firmware where it lies, and where it is called
         * @return this
         */
        public Builder opal(Opal firmware) {
            opal = Optional.of(firmware);
            return this;
        }

        /**
         * Sets where the tables lie by which PCI devices reach memory.
         *
         * @param tables where they lie, in any order; copied
         * @return this
         */
        public Builder tceTables(List<PhysicalRange> tables) {
            tceTables = List.copyOf(tables);
            return this;
        }

        /**
         * Sets what the firmware keeps besides.
         *
         * @param ranges where it lies, in any order; copied
         * @return this
         */
        public Builder reserved(List<PhysicalRange> ranges) {
            reserved = List.copyOf(ranges);
            return this;
        }

        /**
         * Sets what is kept for a crash kernel.
         *
         * @param memory where it lies
         * @return this
         */
        public Builder crashKernel(PhysicalRange memory) {
            crashKernel = Optional.of(memory);
            return this;
        }

        /**
         * Sets where the running kernel's initrd lies.
         *
         * @param memory where it lies
         * @return this
         */
        public Builder initrd(PhysicalRange memory) {
            initrd = Optional.of(memory);
            return this;
        }

        /**
         * Sets from where on the running kernel uses no memory.
         *
         * @param limit physical address, unsigned, not 0
         * @return this
         */
        public Builder memoryLimit(long limit) {
            memoryLimit = OptionalLong.of(limit);
            return this;
        }

        /**
         * Sets where the memory ends that can be reached in real mode.
         *
         * @param end physical address behind the last byte, unsigned, not 0
         * @return this
         */
        public Builder realModeEnd(long end) {
            realModeEnd = OptionalLong.of(end);
            return this;
        }

        /**
         * {@return the facts}
         *
         * @throws IllegalArgumentException if one cannot be, see {@link PowerFacts}
         */
        public PowerFacts build() {
            return new PowerFacts(
                    runningKernel,
                    hashTable,
                    rtas,
                    systemReboot,
                    opal,
                    tceTables,
                    reserved,
                    crashKernel,
                    initrd,
                    memoryLimit,
                    realModeEnd);
        }
    }
}

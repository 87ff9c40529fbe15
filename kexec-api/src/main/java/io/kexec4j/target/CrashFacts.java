package io.kexec4j.target;

import io.kexec4j.memory.PhysicalRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an image for a crash must know: the memory that was set apart for it ({@code crashkernel=}), and what the dump will be made
 * of. What is not known is empty, and never a guess.
 *
 * @param systemRam all RAM that the running kernel uses, that which drivers have added too, with what it has set apart in it; in
 *     ascending order, none overlap
 * @param apertures what lies in RAM and must not be read, such as the aperture of a GART; any order
 * @param reservations the memory that was set apart for the crash kernel: one range, or two, of which the upper is where the image
 *     lies; in ascending order
 * @param cmaRanges what was set apart for the crash kernel, but is in use until then ({@code crashkernel=…,cma}), in ascending
 *     order
 * @param cpus the CPUs that are there, in ascending order of their numbers; all of them, or none if they are not all known
 * @param possibleCpus how many there may be at most, as many as are there or more; 0 if that is not known
 * @param vmcoreinfo where the running kernel will have described itself as an ELF note ({@code /sys/kernel/vmcoreinfo})
 * @param kernel where the running kernel lies
 * @param directMapOffset virtual address minus physical address where the running kernel maps all RAM ({@code PAGE_OFFSET} on x86)
 * @param elfcorehdrSize how large the running kernel wants the core header to be, to update it in place, in bytes ({@code
 *     /sys/kernel/crash_elfcorehdr_size}); empty if it cannot do that
 */
public record CrashFacts(
        List<PhysicalRange> systemRam,
        List<PhysicalRange> apertures,
        List<PhysicalRange> reservations,
        List<PhysicalRange> cmaRanges,
        List<CpuNotes> cpus,
        int possibleCpus,
        Optional<PhysicalRange> vmcoreinfo,
        Optional<KernelMapping> kernel,
        OptionalLong directMapOffset,
        OptionalLong elfcorehdrSize) {
    private static final int MOST_RESERVATIONS = 2;

    /**
     * Copies the lists and checks them.
     *
     * @param systemRam all RAM that the running kernel uses
     * @param apertures what lies in RAM and must not be read
     * @param reservations the memory that was set apart for the crash kernel
     * @param cmaRanges what was set apart for it, but is in use until then
     * @param cpus the CPUs that are there
     * @param possibleCpus how many there may be at most
     * @param vmcoreinfo where the running kernel will have described itself
     * @param kernel where the running kernel lies
     * @param directMapOffset virtual address minus physical address
     * @param elfcorehdrSize how large the running kernel wants the core header to be
     * @throws IllegalArgumentException if ranges or CPUs do not ascend, if there are more than two reservations, if fewer CPUs are
     *     possible than there are, if the running kernel describes itself at address 0, see {@link CpuNotes}, or if the size of the core
     *     header is negative
     */
    public CrashFacts {
        systemRam = ascending("System RAM", systemRam);
        apertures = List.copyOf(apertures);
        reservations = ascending("the memory for a crash kernel", reservations);
        cmaRanges = ascending("the memory for a crash kernel that is in use", cmaRanges);
        cpus = List.copyOf(cpus);
        if (reservations.size() > MOST_RESERVATIONS) {
            throw new IllegalArgumentException("memory for a crash kernel must be one range or two: " + reservations);
        }
        for (int i = 1; i < cpus.size(); i++) {
            if (cpus.get(i - 1).cpu() >= cpus.get(i).cpu()) {
                throw new IllegalArgumentException("the numbers of CPUs must ascend: %d, then %d"
                        .formatted(cpus.get(i - 1).cpu(), cpus.get(i).cpu()));
            }
        }
        if (possibleCpus < cpus.size()) {
            throw new IllegalArgumentException("at least as many CPUs must be possible as are there: %d, and %d"
                    .formatted(possibleCpus, cpus.size()));
        }
        if (vmcoreinfo.isPresent() && vmcoreinfo.get().start() == 0) {
            throw new IllegalArgumentException(
                    "the description of the running kernel must not lie at address 0: " + vmcoreinfo.get());
        }
        if (elfcorehdrSize.orElse(0) < 0) {
            throw new IllegalArgumentException(
                    "the size of the core header must not be negative: " + elfcorehdrSize.getAsLong());
        }
    }

    private static List<PhysicalRange> ascending(String what, List<PhysicalRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            if (Long.compareUnsigned(ranges.get(i - 1).end(), ranges.get(i).start()) > 0) {
                throw new IllegalArgumentException("%s must ascend and not overlap: %s, then %s"
                        .formatted(what, ranges.get(i - 1), ranges.get(i)));
            }
        }
        return List.copyOf(ranges);
    }

    /**
     * {@return where a crash image lies: the upper of the reservations, if there is one}
     */
    public Optional<PhysicalRange> region() {
        return reservations.isEmpty() ? Optional.empty() : Optional.of(reservations.get(reservations.size() - 1));
    }

    /**
     * {@return these facts with other memory}
     *
     * @param otherRam all RAM that the running kernel uses
     * @param otherReservations the memory that was set apart for the crash kernel
     */
    public CrashFacts with(List<PhysicalRange> otherRam, List<PhysicalRange> otherReservations) {
        return new CrashFacts(
                otherRam,
                apertures,
                otherReservations,
                cmaRanges,
                cpus,
                possibleCpus,
                vmcoreinfo,
                kernel,
                directMapOffset,
                elfcorehdrSize);
    }

    /**
     * Starts to describe a machine by hand.
     *
     * @param systemRam all RAM that the running kernel uses, in ascending order
     * @param reservations the memory that was set apart for the crash kernel, in ascending order
     * @return a builder with nothing else known
     */
    public static Builder builder(List<PhysicalRange> systemRam, List<PhysicalRange> reservations) {
        return new Builder(systemRam, reservations);
    }

    /** Collects facts. Not thread-safe. */
    public static final class Builder {
        private final List<PhysicalRange> systemRam;
        private final List<PhysicalRange> reservations;
        private List<PhysicalRange> apertures = List.of();
        private List<PhysicalRange> cmaRanges = List.of();
        private List<CpuNotes> cpus = List.of();
        private int possibleCpus;
        private Optional<PhysicalRange> vmcoreinfo = Optional.empty();
        private Optional<KernelMapping> kernel = Optional.empty();
        private OptionalLong directMapOffset = OptionalLong.empty();
        private OptionalLong elfcorehdrSize = OptionalLong.empty();

        private Builder(List<PhysicalRange> systemRam, List<PhysicalRange> reservations) {
            this.systemRam = systemRam;
            this.reservations = reservations;
        }

        /**
         * Sets what must not be read.
         *
         * @param ranges in any order
         * @return this
         */
        public Builder apertures(List<PhysicalRange> ranges) {
            apertures = ranges;
            return this;
        }

        /**
         * Sets what was set apart for the crash kernel, but is in use until then.
         *
         * @param ranges in ascending order
         * @return this
         */
        public Builder cmaRanges(List<PhysicalRange> ranges) {
            cmaRanges = ranges;
            return this;
        }

        /**
         * Sets the CPUs.
         *
         * @param present those that are there, in ascending order of their numbers
         * @param possible how many there may be at most
         * @return this
         */
        public Builder cpus(List<CpuNotes> present, int possible) {
            cpus = present;
            possibleCpus = possible;
            return this;
        }

        /**
         * Sets where the running kernel will have described itself.
         *
         * @param note the memory of the ELF note
         * @return this
         */
        public Builder vmcoreinfo(PhysicalRange note) {
            vmcoreinfo = Optional.of(note);
            return this;
        }

        /**
         * Sets where the running kernel lies.
         *
         * @param mapping all of it
         * @return this
         */
        public Builder kernel(KernelMapping mapping) {
            kernel = Optional.of(mapping);
            return this;
        }

        /**
         * Sets where the running kernel maps all RAM.
         *
         * @param offset virtual address minus physical address
         * @return this
         */
        public Builder directMapOffset(long offset) {
            directMapOffset = OptionalLong.of(offset);
            return this;
        }

        /**
         * Sets how large the running kernel wants the core header to be.
         *
         * @param bytes as it tells it
         * @return this
         */
        public Builder elfcorehdrSize(long bytes) {
            elfcorehdrSize = OptionalLong.of(bytes);
            return this;
        }

        /**
         * {@return the facts}
         *
         * @throws IllegalArgumentException if they contradict each other, see {@link CrashFacts}
         */
        public CrashFacts build() {
            return new CrashFacts(
                    systemRam,
                    apertures,
                    reservations,
                    cmaRanges,
                    cpus,
                    possibleCpus,
                    vmcoreinfo,
                    kernel,
                    directMapOffset,
                    elfcorehdrSize);
        }
    }
}

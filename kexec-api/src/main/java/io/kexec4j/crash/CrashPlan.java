package io.kexec4j.crash;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.BackupCopy;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What makes an image one for a crash, whatever kernel is in it: its core header, and the machine as that kernel will find it.
 *
 * @param target the machine after the crash: its RAM is what was set apart, and what the crash kernel uses besides
 * @param coreHeader the segment with the core header
 * @param backup where the purgatory copies {@link CrashRules#backedUp} to, an empty segment; if there is anything to copy
 * @param rules those of the architecture
 * @param hotplug whether the running kernel updates the image when CPUs and memory come and go
 * @param mostBytes the most that all segments together may have
 */
public record CrashPlan(
        Target target,
        Segment coreHeader,
        Optional<Segment> backup,
        CrashRules rules,
        boolean hotplug,
        long mostBytes) {
    private static final String PARAMETER = "elfcorehdr=";

    /**
     * Plans.
     *
     * @param target the machine as it is now
     * @param options what the image is to be like
     * @param rules those of the architecture
     * @param window the memory in which all segments must lie
     * @return the plan
     * @throws UnsupportedCombinationException if no memory was set apart, if it is no RAM, if a fact that the core header needs is not
     *     known, or if the running kernel cannot update it where that is wanted
     * @throws ProtocolLimitException if there is more to describe than a core header can, or if what was set apart cannot be reached
     * @throws io.kexec4j.error.NoMemoryHoleException if there is not enough room
     */
    public static CrashPlan of(Target target, CrashOptions options, CrashRules rules, PhysicalRange window) {
        CrashFacts facts = facts(target);
        PhysicalRange region = facts.region().orElseThrow();
        if (!MemoryHoles.holes(List.of(region), facts.systemRam()).isEmpty()) {
            throw new UnsupportedCombinationException(
                    "the memory that was set apart for a crash kernel must be RAM, and not all of %s is"
                            .formatted(region));
        }
        if (options.hotplug()) {
            verifyHotplug(facts, rules);
        }
        CoreHeaders headers = CoreHeaders.of(target, facts, options, rules);
        CrashRegion room = new CrashRegion(reached(region, rules), window, target.pageSize(), rules.kept());
        PhysicalRange own = room.takeEnd("what the running kernel needs for itself", rules.room());
        Optional<Segment> backup = rules.backedUp()
                .map(range -> new Segment(
                        SegmentRole.BACKUP,
                        room.takeEnd("backup of %s".formatted(range), range.size()),
                        Content.EMPTY,
                        "at the end of the memory for a crash kernel: where the purgatory copies %s".formatted(range)));
        PhysicalRange place = room.takeEnd("core header", headers.segmentSize());
        Segment coreHeader = new Segment(
                SegmentRole.ELFCOREHDR,
                place,
                Content.of(headers.with(backup.map(Segment::range)).bytes()),
                "at the end of the memory for a crash kernel");
        List<PhysicalRange> notRam = new ArrayList<>();
        notRam.add(place);
        backup.map(Segment::range).ifPresent(notRam::add);
        notRam.addAll(MemoryHoles.common(rules.kept(), facts.reservations()));
        Target after = target.withMemoryMap(MemoryAfterCrash.of(target.memoryMap(), facts, rules, notRam, own));
        return new CrashPlan(
                after, coreHeader, backup, rules, options.hotplug(), PhysicalRange.totalSize(facts.systemRam()) >>> 1);
    }

    private static PhysicalRange reached(PhysicalRange region, CrashRules rules) {
        if (Long.compareUnsigned(region.start(), rules.reach()) >= 0) {
            throw new ProtocolLimitException(
                    "start of the memory that was set apart for a crash kernel, which has to reach it at its beginning",
                    region.start(),
                    rules.reach());
        }
        return Long.compareUnsigned(region.end(), rules.reach()) <= 0
                ? region
                : new PhysicalRange(region.start(), rules.reach());
    }

    /**
     * {@return what an image for a crash must know, with a region where it can lie}
     *
     * @param target the machine
     * @throws UnsupportedCombinationException if no memory was set apart
     */
    public static CrashFacts facts(Target target) {
        return target.crash().filter(facts -> facts.region().isPresent()).orElseThrow(CrashPlan::nothingSetApart);
    }

    private static UnsupportedCombinationException nothingSetApart() {
        return new UnsupportedCombinationException(
                "no memory is set apart for a crash kernel, or what is cannot be seen:"
                        + " boot the running kernel with crashkernel=256M, and read its facts as root");
    }

    /**
     * Checks that the running kernel can update an image in place.
     *
     * @param facts what the machine tells
     * @param rules those of the architecture
     * @throws UnsupportedCombinationException if it cannot
     */
    public static void verifyHotplug(CrashFacts facts, CrashRules rules) {
        if (rules.updatedInPlace().isEmpty() || facts.elfcorehdrSize().isEmpty()) {
            throw new UnsupportedCombinationException(
                    "the running kernel cannot update a crash image when CPUs or memory come and go (%s): load it again then"
                            .formatted(
                                    rules.updatedInPlace().isEmpty()
                                            ? "no kernel of this architecture can"
                                            : "it has no /sys/kernel/crash_elfcorehdr_size"));
        }
    }

    /**
     * {@return the segments that the image has besides those of a normal one}
     */
    public List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        segments.add(coreHeader);
        backup.ifPresent(segments::add);
        return segments;
    }

    /**
     * {@return what the purgatory copies before it starts the crash kernel}
     */
    public Optional<BackupCopy> backupCopy() {
        return rules.backedUp()
                .map(source -> new BackupCopy(
                        source.start(), backup.orElseThrow().range().start(), source.size()));
    }

    /**
     * {@return which segments the purgatory must not check}
     */
    public Set<SegmentRole> unchecked() {
        return hotplug ? rules.updatedInPlace() : Set.of();
    }

    /**
     * {@return what kexec_load is told}
     */
    public Set<KexecFlag> flags() {
        return hotplug
                ? EnumSet.of(KexecFlag.ON_CRASH, KexecFlag.CRASH_HOTPLUG_SUPPORT)
                : EnumSet.of(KexecFlag.ON_CRASH);
    }

    /**
     * {@return the memory that the crash kernel may use, besides what it borrows: where the image lies, then what was set apart below
     *     4 GiB}
     */
    public List<PhysicalRange> usable() {
        List<PhysicalRange> usable =
                new ArrayList<>(target.crash().orElseThrow().reservations());
        Collections.reverse(usable);
        return usable;
    }

    /**
     * {@return a command line with what the crash kernel must find there. It comes first: what follows {@code --} is not the kernel's}
     *
     * @param users the user's
     * @throws UnsupportedCombinationException if that has a core header of its own
     */
    public String commandLine(String users) {
        if (List.of(users.split("\\s+")).stream().anyMatch(word -> word.startsWith(PARAMETER))) {
            throw new UnsupportedCombinationException(
                    "the command line must not have %s: the image brings its own core header".formatted(PARAMETER));
        }
        if (!rules.onCommandLine()) {
            return users;
        }
        String own = "%s0x%x".formatted(PARAMETER, coreHeader.range().start());
        return users.isEmpty() ? own : own + " " + users;
    }
}

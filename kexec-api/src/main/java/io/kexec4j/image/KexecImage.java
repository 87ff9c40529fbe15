package io.kexec4j.image;

import io.kexec4j.error.ProtocolLimitException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kexec image: what {@code kexec_load} is given, as a value. It can be printed, compared, kept, and submitted any number of
 * times.
 *
 * @param architecture what it runs on
 * @param pageSize page size of the kernel that will load it, in bytes, a power of two
 * @param entry physical address at which execution begins, within a segment, unsigned
 * @param segments at most {@value #MAX_SEGMENTS}, in ascending order, page-aligned, none of which overlap
 * @param flags what kexec_load is told besides
 * @param remarks what was decided on the user's behalf and may surprise, each a sentence for people without a full stop
 */
public record KexecImage(
        Architecture architecture,
        long pageSize,
        long entry,
        List<Segment> segments,
        Set<KexecFlag> flags,
        List<String> remarks) {
    /** The most segments that Linux takes ({@code KEXEC_SEGMENT_MAX}, include/linux/kexec.h). */
    public static final int MAX_SEGMENTS = 16;

    private static final int ARCHITECTURE_SHIFT = 16;

    /**
     * Sorts the segments and checks what Linux' {@code sanity_check_segment_list} (kernel/kexec_core.c) would refuse, and what
     * it would not notice.
     *
     * @param architecture what it runs on
     * @param pageSize page size of the kernel that will load it
     * @param entry physical address at which execution begins
     * @param segments the segments, in any order; copied
     * @param flags what kexec_load is told besides; copied
     * @param remarks what was decided on the user's behalf; copied
     * @throws ProtocolLimitException if there are more than {@value #MAX_SEGMENTS} segments
     * @throws IllegalArgumentException if the page size is no power of two, if two segments overlap, if one is not page-aligned, or if the entry lies in none
     */
    public KexecImage {
        if (Long.bitCount(pageSize) != 1) {
            throw new IllegalArgumentException("a page size must be a power of two: 0x%x".formatted(pageSize));
        }
        segments =
                segments.stream().sorted(Comparator.comparing(Segment::range)).toList();
        flags = Set.copyOf(flags);
        remarks = List.copyOf(remarks);
        if (segments.size() > MAX_SEGMENTS) {
            throw new ProtocolLimitException("segments of an image (KEXEC_SEGMENT_MAX)", segments.size(), MAX_SEGMENTS);
        }
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (((segment.range().start() | segment.range().end()) & (pageSize - 1)) != 0) {
                throw new IllegalArgumentException("the %s at %s must begin and end at a page of 0x%x bytes"
                        .formatted(segment.role().label(), segment.range(), pageSize));
            }
            if (i > 0 && segments.get(i - 1).range().overlaps(segment.range())) {
                throw new IllegalArgumentException(
                        "segments must not overlap: %s and %s".formatted(segments.get(i - 1), segment));
            }
        }
        if (segments.stream().noneMatch(segment -> segment.range().contains(entry))) {
            throw new IllegalArgumentException("the entry 0x%x must lie in a segment".formatted(entry));
        }
    }

    /**
     * {@return this image with other segments}
     *
     * @param others the segments, in any order; see {@link #KexecImage} for what they must be
     */
    public KexecImage withSegments(List<Segment> others) {
        return new KexecImage(architecture, pageSize, entry, others, flags, remarks);
    }

    /**
     * {@return this image with another entry}
     *
     * @param address physical address at which execution begins, within a segment; the purgatory is not run unless it lies there
     * @throws IllegalArgumentException if it lies in no segment
     */
    public KexecImage withEntry(long address) {
        return new KexecImage(architecture, pageSize, address, segments, flags, remarks);
    }

    /**
     * {@return this image with more flags}
     *
     * @param more what kexec_load is told besides
     */
    public KexecImage withFlags(Set<KexecFlag> more) {
        Set<KexecFlag> all = new HashSet<>(flags);
        all.addAll(more);
        return new KexecImage(architecture, pageSize, entry, segments, all, remarks);
    }

    /**
     * {@return the first segment with a role}
     *
     * @param role which
     */
    public Optional<Segment> segment(SegmentRole role) {
        return segments.stream().filter(segment -> segment.role() == role).findFirst();
    }

    /**
     * {@return the flags as kexec_load takes them: {@code KEXEC_ARCH_*} in the upper half, {@code KEXEC_*} in the lower}
     */
    public long flagBits() {
        long bits = (long) architecture.elfMachine() << ARCHITECTURE_SHIFT;
        for (KexecFlag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }

    /**
     * {@return this with more remarks, before its own}
     *
     * @param more what else was decided on the user's behalf
     */
    public KexecImage withRemarks(List<String> more) {
        List<String> all = new ArrayList<>(more);
        all.addAll(remarks);
        return new KexecImage(architecture, pageSize, entry, segments, flags, all);
    }

    /**
     * {@return a table for people: every segment with its role, where it lies, how large it is, and why it lies there; then the
     * remarks}
     */
    public String describe() {
        return ImageTable.of(this);
    }
}

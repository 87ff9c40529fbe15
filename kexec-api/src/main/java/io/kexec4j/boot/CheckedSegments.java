package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Digests;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Neighbours;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All segments of an image but the purgatory, and what that checks of them: the last step of every protocol that has one.
 *
 * @param segments few enough that there is room for the purgatory
 * @param checks what it verifies; none if the user wants none
 */
public record CheckedSegments(List<Segment> segments, List<SegmentCheck> checks) {
    private static final Content ELF_MAGIC = Content.of(new byte[] {0x7f, 'E', 'L', 'F'});

    /**
     * Copies the lists.
     *
     * @param segments all but the purgatory
     * @param checks what it verifies
     */
    public CheckedSegments {
        segments = List.copyOf(segments);
        checks = List.copyOf(checks);
    }

    /**
     * Computes the digests.
     *
     * @param request what the image is made of
     * @param segments all but the purgatory, and but those of every crash image, which this adds
     * @return the segments, neighbours merged where there are too many, with their checks
     * @throws ProtocolLimitException if there are too many that cannot be merged
     * @throws IOException if a file has shrunk
     */
    public static CheckedSegments of(BootRequest request, List<Segment> segments) throws IOException {
        List<Segment> all = new ArrayList<>(segments);
        all.addAll(request.crashSegments());
        verifyOneElfHeader(request, segments);
        List<Segment> few = Neighbours.merge(all, KexecImage.MAX_SEGMENTS - 1);
        if (few.size() > KexecImage.MAX_SEGMENTS - 1) {
            throw new ProtocolLimitException(
                    "segments of an image besides the purgatory (KEXEC_SEGMENT_MAX)",
                    few.size(),
                    KexecImage.MAX_SEGMENTS - 1);
        }
        List<SegmentCheck> checks = new ArrayList<>();
        if (request.verification().checkSegments()) {
            List<Segment> checked =
                    few.stream().filter(segment -> isChecked(request, segment)).toList();
            List<Sha256> digests =
                    Digests.of(checked.stream().map(Segment::content).toList(), request.progress());
            for (int i = 0; i < checked.size(); i++) {
                checks.add(check(checked.get(i), digests.get(i)));
            }
        }
        return new CheckedSegments(few, checks);
    }

    /** The running kernel takes the last segment that begins like an ELF file for the core header that it updates. */
    private static void verifyOneElfHeader(BootRequest request, List<Segment> others) {
        if (request.crash().filter(CrashPlan::hotplug).isEmpty()) {
            return;
        }
        for (Segment segment : others) {
            Content content = segment.content();
            if (content.size() >= ELF_MAGIC.size()
                    && content.slice(0, ELF_MAGIC.size()).equals(ELF_MAGIC)) {
                throw new UnsupportedCombinationException(
                        "the %s begins like an ELF file: the running kernel would take it for the core header when CPUs or memory"
                                        .formatted(segment.role().label())
                                + " come and go");
            }
        }
    }

    /** Not what the running kernel may rewrite, and not what is only room. */
    private static boolean isChecked(BootRequest request, Segment segment) {
        return segment.role() != SegmentRole.BACKUP
                && request.crash()
                        .filter(plan -> plan.unchecked().contains(segment.role()))
                        .isEmpty();
    }

    /**
     * Checks, before any is placed, that there can be so many segments: a hostile ELF file has tens of thousands of them.
     *
     * @param request what the image is made of
     * @param pieces where those of the kernel lie, in ascending order
     * @param more how many there are besides, the purgatory among them, without those of every crash image
     * @throws ProtocolLimitException if there are too many, even when neighbours are merged
     */
    public static void verifyCount(BootRequest request, List<PhysicalRange> pieces, int more) {
        int others = more + request.crashSegments().size();
        int fewest = Neighbours.fewest(pieces);
        if (fewest + others > KexecImage.MAX_SEGMENTS) {
            throw new ProtocolLimitException(
                    "segments of an image (KEXEC_SEGMENT_MAX), %d of them of the ELF file".formatted(fewest),
                    fewest + others,
                    KexecImage.MAX_SEGMENTS);
        }
    }

    private static SegmentCheck check(Segment segment, Sha256 digest) {
        return new SegmentCheck(
                segment.role().label(),
                segment.range().start(),
                segment.content().size(),
                segment.range().size(),
                digest);
    }

    /**
     * {@return all segments of the image, as the running kernel takes them: large ones cut, the purgatory last}
     *
     * @param purgatory with these checks
     * @param place where it lies
     * @param reason why it lies there
     */
    public List<Segment> with(LinkedPurgatory purgatory, PhysicalRange place, String reason) {
        List<Segment> all = new ArrayList<>(Neighbours.split(segments));
        all.add(new Segment(
                SegmentRole.PURGATORY,
                place,
                Content.of(purgatory.content()),
                "%s; it checks %s".formatted(reason, checks.isEmpty() ? "nothing" : checks.size() + " segments")));
        return all;
    }
}

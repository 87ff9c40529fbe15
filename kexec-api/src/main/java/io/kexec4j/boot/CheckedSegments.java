package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Digests;
import io.kexec4j.error.ProtocolLimitException;
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
     * @param segments all but the purgatory
     * @return the segments, neighbours merged where there are too many, with their checks
     * @throws ProtocolLimitException if there are too many that cannot be merged
     * @throws IOException if a file has shrunk
     */
    public static CheckedSegments of(BootRequest request, List<Segment> segments) throws IOException {
        List<Segment> few = Neighbours.merge(segments, KexecImage.MAX_SEGMENTS - 1);
        if (few.size() > KexecImage.MAX_SEGMENTS - 1) {
            throw new ProtocolLimitException(
                    "segments of an image besides the purgatory (KEXEC_SEGMENT_MAX)",
                    few.size(),
                    KexecImage.MAX_SEGMENTS - 1);
        }
        List<SegmentCheck> checks = new ArrayList<>();
        if (request.verification().checkSegments()) {
            List<Sha256> digests = Digests.of(few.stream().map(Segment::content).toList(), request.progress());
            for (int i = 0; i < few.size(); i++) {
                checks.add(check(few.get(i), digests.get(i)));
            }
        }
        return new CheckedSegments(few, checks);
    }

    /**
     * Checks, before any is placed, that there can be so many segments: a hostile ELF file has tens of thousands of them.
     *
     * @param pieces where those of the kernel lie, in ascending order
     * @param others how many there are besides, the purgatory among them
     * @throws ProtocolLimitException if there are too many, even when neighbours are merged
     */
    public static void verifyCount(List<PhysicalRange> pieces, int others) {
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

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
import java.util.Map;
import java.util.Set;

/**
 * All segments of an image but the purgatory, and what that checks of them: the last step of every protocol that has one.
 *
 * @param segments few enough that there is room for the purgatory
 * @param checks what it verifies; none if the user wants none
 */
public record CheckedSegments(List<Segment> segments, List<SegmentCheck> checks) {
    /** How the segments begin by which the running kernel finds what it updates. */
    private static final Map<SegmentRole, Content> MAGIC = Map.of(
            SegmentRole.ELFCOREHDR, Content.of(new byte[] {0x7f, 'E', 'L', 'F'}),
            SegmentRole.DEVICE_TREE, Content.of(new byte[] {(byte) 0xd0, 0x0d, (byte) 0xfe, (byte) 0xed}));

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
        verifyMagic(request, all);
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

    /** The running kernel takes the last segment that begins like an ELF file for the core header that it updates, and so on. */
    private static void verifyMagic(BootRequest request, List<Segment> segments) {
        for (SegmentRole role : request.crash().map(CrashPlan::unchecked).orElse(Set.of())) {
            for (Segment segment : segments) {
                if (segment.role() != role && beginsWith(segment.content(), MAGIC.getOrDefault(role, Content.EMPTY))) {
                    throw new UnsupportedCombinationException(
                            "the %s begins like the %s: the running kernel would take it for that when CPUs or memory come and go"
                                    .formatted(segment.role().label(), role.label()));
                }
            }
        }
    }

    private static boolean beginsWith(Content content, Content magic) {
        return magic.size() != 0
                && content.size() >= magic.size()
                && content.slice(0, magic.size()).equals(magic);
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

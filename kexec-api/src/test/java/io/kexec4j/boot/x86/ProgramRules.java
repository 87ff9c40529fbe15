package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.LoadSegment;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.List;

/** What must be true of an image of a kernel that says where each of its parts goes. */
final class ProgramRules {
    private ProgramRules() {}

    /**
     * Each byte of each part lies where the kernel says, and zeroes follow.
     *
     * @param movable whether all of it may have been moved by the same distance
     */
    static void assertLoaded(KexecImage image, List<LoadSegment> parts, boolean movable) throws IOException {
        List<Segment> pieces = image.segments().stream()
                .filter(segment -> segment.role() == SegmentRole.KERNEL)
                .toList();
        long lowest = parts.stream()
                .map(LoadSegment::range)
                .min(PhysicalRange::compareTo)
                .orElseThrow()
                .start();
        long moved = movable ? pieces.get(0).range().start() - (lowest & -0x1000) : 0;
        for (LoadSegment part : parts) {
            PhysicalRange place = PhysicalRange.ofSize(
                    part.range().start() + moved, part.range().size());
            byte[] content = part.content().copy(0, (int) part.content().size());
            for (int i = 0; i < content.length; i++) {
                assertThat(byteAt(pieces, place.start() + i)).isEqualTo(content[i]);
            }
            assertThat(byteAt(pieces, place.end() - 1))
                    .isEqualTo(content.length == place.size() ? content[content.length - 1] : 0);
        }
    }

    /** Fails if no piece has it. */
    static byte byteAt(List<Segment> pieces, long address) throws IOException {
        Segment piece = pieces.stream()
                .filter(candidate -> candidate.range().contains(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("0x%x lies nowhere".formatted(address)));
        long offset = address - piece.range().start();
        return offset < piece.content().size() ? piece.content().copy(offset, 1)[0] : 0;
    }
}

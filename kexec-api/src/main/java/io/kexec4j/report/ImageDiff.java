package io.kexec4j.report;

import io.kexec4j.architectures.BootArchitectures;
import io.kexec4j.boot.SegmentDecoder;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Printable;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between two images. Segments are paired by their role: the first of a role with the first, and so on. Where the
 * SDK knows what the content of a segment means, such as boot_params and the command line on x86, the fields that differ are told
 * as well.
 *
 * @param differences in the order of the image; empty exactly if the images are equal
 */
public record ImageDiff(List<Difference> differences) {
    private static final List<SegmentDecoder> DECODERS = BootArchitectures.all().stream()
            .flatMap(architecture -> architecture.decoders().stream())
            .toList();
    private static final int BLOCK = 1 << 20;
    private static final String ABSENT = "none";

    /**
     * Something that differs.
     *
     * @param what the place, for example {@code entry}, {@code initrd: address} or {@code boot_params: ramdisk_size}
     * @param before its value in the first image, in words
     * @param after its value in the second image, in words
     */
    public record Difference(String what, String before, String after) {
        @Override
        public String toString() {
            return "%s: %s -> %s".formatted(what, before, after);
        }
    }

    /**
     * Copies the list.
     *
     * @param differences in the order of the image
     */
    public ImageDiff {
        differences = List.copyOf(differences);
    }

    /**
     * Compares two images.
     *
     * @param before the first
     * @param after the second
     * @return what differs
     * @throws IOException if a file behind one of them has shrunk
     */
    public static ImageDiff of(KexecImage before, KexecImage after) throws IOException {
        List<Difference> found = new ArrayList<>();
        compare(
                found,
                "architecture",
                before.architecture().linuxName(),
                after.architecture().linuxName());
        compare(found, "page size", Sizes.hex(before.pageSize()), Sizes.hex(after.pageSize()));
        compare(found, "entry", Sizes.hex(before.entry()), Sizes.hex(after.entry()));
        compare(found, "flags", Sizes.hex(before.flagBits()), Sizes.hex(after.flagBits()));
        for (SegmentRole role : SegmentRole.values()) {
            List<Segment> old = ofRole(before, role);
            List<Segment> now = ofRole(after, role);
            for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
                String name = i == 0 ? role.label() : "%s %d".formatted(role.label(), i + 1);
                if (i >= old.size() || i >= now.size()) {
                    found.add(new Difference(name, summary(old, i), summary(now, i)));
                } else {
                    compareSegments(found, name, old.get(i), now.get(i));
                }
            }
        }
        for (int i = 0; i < Math.max(before.remarks().size(), after.remarks().size()); i++) {
            compare(found, "remark %d".formatted(i + 1), remark(before, i), remark(after, i));
        }
        return new ImageDiff(found);
    }

    /**
     * {@return whether the images are equal}
     */
    public boolean isEmpty() {
        return differences.isEmpty();
    }

    /**
     * {@return the differences for people, a line each, with a line feed at the end of each; {@code no differences} if there are
     * none}
     */
    public String describe() {
        if (differences.isEmpty()) {
            return "no differences\n";
        }
        StringBuilder text = new StringBuilder();
        differences.forEach(
                difference -> text.append(Printable.of(difference.toString())).append('\n'));
        return text.toString();
    }

    /** In quotes, so that no remark looks like none. */
    private static String remark(KexecImage image, int index) {
        return index < image.remarks().size() ? '"' + image.remarks().get(index) + '"' : ABSENT;
    }

    private static List<Segment> ofRole(KexecImage image, SegmentRole role) {
        return image.segments().stream()
                .filter(segment -> segment.role() == role)
                .toList();
    }

    private static String summary(List<Segment> segments, int index) {
        if (index >= segments.size()) {
            return ABSENT;
        }
        Segment segment = segments.get(index);
        return "%s, %d bytes of content"
                .formatted(segment.range(), segment.content().size());
    }

    private static void compareSegments(List<Difference> found, String name, Segment old, Segment now)
            throws IOException {
        compare(
                found,
                name + ": address",
                Sizes.hex(old.range().start()),
                Sizes.hex(now.range().start()));
        compare(
                found,
                name + ": memory size",
                Sizes.hex(old.range().size()),
                Sizes.hex(now.range().size()));
        compare(
                found,
                name + ": content size",
                Sizes.hex(old.content().size()),
                Sizes.hex(now.content().size()));
        compareContents(found, name, old.content(), now.content());
        for (SegmentDecoder decoder : DECODERS) {
            if (decoder.decodes(old) && decoder.decodes(now)) {
                compareFields(found, name, decoder.decode(old), decoder.decode(now));
            }
        }
        compare(found, name + ": reason", old.reason(), now.reason());
    }

    private static void compareContents(List<Difference> found, String name, Content old, Content now)
            throws IOException {
        if (!old.sha256().equals(now.sha256())) {
            found.add(new Difference(
                    "%s: content from offset 0x%x".formatted(name, firstDifference(old, now)),
                    "SHA-256 " + old.sha256(),
                    "SHA-256 " + now.sha256()));
        }
    }

    private static void compareFields(
            List<Difference> found, String name, Map<String, String> old, Map<String, String> now) {
        Set<String> names = new LinkedHashSet<>(old.keySet());
        names.addAll(now.keySet());
        for (String field : names) {
            compare(
                    found,
                    "%s: %s".formatted(name, field),
                    old.getOrDefault(field, ABSENT),
                    now.getOrDefault(field, ABSENT));
        }
    }

    private static void compare(List<Difference> found, String what, String before, String after) {
        if (!before.equals(after)) {
            found.add(new Difference(what, before, after));
        }
    }

    /** The first offset at which the two differ: where the shorter one ends if it is the beginning of the other. */
    private static long firstDifference(Content old, Content now) throws IOException {
        long common = Math.min(old.size(), now.size());
        for (long at = 0; at < common; at += BLOCK) {
            int size = (int) Math.min(BLOCK, common - at);
            int different = ByteBuffer.wrap(old.copy(at, size)).mismatch(ByteBuffer.wrap(now.copy(at, size)));
            if (different >= 0) {
                return at + different;
            }
        }
        return common;
    }
}

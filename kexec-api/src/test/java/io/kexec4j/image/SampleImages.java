package io.kexec4j.image;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Images for tests that care about images only, not about how they come about. */
public final class SampleImages {
    private static final List<String> TEXTS = List.of(
            "",
            "as high as possible",
            "größer als 4 GiB → hoch",
            "<&>\"'\\/",
            "\u0001\n\t\u007f",
            "\uD83D\uDE80 0x\u2028");

    private static final List<SegmentRole> ROLES = List.of(SegmentRole.values());

    private SampleImages() {}

    /** Three segments, one of them empty and one with a tail of zeroes, and remarks. */
    public static KexecImage small() {
        return new KexecImage(
                Architecture.X86_64,
                0x1000,
                0x10_0200,
                List.of(
                        segment(SegmentRole.KERNEL, 0x10_0000, 0x20_0000, bytes(1, 0x1234), "as high as possible"),
                        segment(SegmentRole.INITRD, 0x7f00_0000, 0x7f00_1000, bytes(2, 17), "below the kernel"),
                        segment(SegmentRole.PURGATORY, 0x1_0000_0000L, 0x1_0000_2000L, new byte[0], "nothing")),
                Set.of(KexecFlag.ON_CRASH),
                List.of("the first remark", "größer als nötig"));
    }

    /** The same for the same seed. */
    public static KexecImage random(int seed) {
        Random random = new Random(seed);
        long pageSize = 0x1000L << random.nextInt(5);
        List<Segment> segments = new ArrayList<>();
        long address = random.nextInt(4) == 0 ? Long.MIN_VALUE : 0;
        for (int i = random.nextInt(8); i >= 0; i--) {
            address += random.nextInt(4) * pageSize;
            long size = (1 + random.nextInt(3)) * pageSize;
            segments.add(segment(
                    ROLES.get(random.nextInt(ROLES.size())),
                    address,
                    address + size,
                    bytes(seed, random.nextInt(3) == 0 ? 0 : random.nextInt((int) Math.min(size, 0x3000))),
                    TEXTS.get(random.nextInt(TEXTS.size()))));
            address += size;
        }
        List<String> remarks = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            remarks.add(TEXTS.get(random.nextInt(TEXTS.size())));
        }
        return new KexecImage(
                Architecture.X86_64,
                pageSize,
                segments.get(random.nextInt(segments.size())).range().start() + random.nextInt(0x1000),
                segments,
                random.nextBoolean() ? Set.of() : Set.of(KexecFlag.ON_CRASH),
                remarks);
    }

    public static Segment segment(SegmentRole role, long start, long end, byte[] content, String reason) {
        return new Segment(role, new PhysicalRange(start, end), Content.of(content), reason);
    }

    public static byte[] bytes(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}

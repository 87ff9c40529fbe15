package io.kexec4j;

import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How much memory a machine would have to set apart for a crash image. */
final class CrashRoom {
    /** What {@code crashkernel=} is rounded up to on x86 ({@code CRASH_ALIGN}), and a figure that people like. */
    private static final long STEP = 16 << 20;

    private static final long MIB = 1 << 20;

    private CrashRoom() {}

    /** Builds an image, or tells why not. */
    @FunctionalInterface
    interface Trial {
        /** Whether there is an image for a machine. */
        boolean fits(Target machine) throws IOException;
    }

    /** What to do about too little room, in words. */
    static String advice(Target target, Trial trial) throws IOException {
        Optional<PhysicalRange> region = target.crash().flatMap(CrashFacts::region);
        if (region.isEmpty()) {
            return "";
        }
        OptionalLong enough = smallest(target, region.get(), trial);
        String now =
                "%d MiB are set apart for a crash kernel".formatted(region.get().size() / MIB);
        return enough.isPresent()
                ? "%s: the image alone needs crashkernel=%dM, and the kernel in it some more to run"
                        .formatted(now, enough.getAsLong() / MIB)
                : "%s, and no more that this machine has would do".formatted(now);
    }

    private static OptionalLong smallest(Target target, PhysicalRange region, Trial trial) throws IOException {
        long tooSmall = region.size() / STEP;
        long enough = tooSmall + 1;
        while (!fits(target, region, enough, trial)) {
            tooSmall = enough;
            enough *= 2;
            if (enough * STEP > region.end()) {
                return OptionalLong.empty();
            }
        }
        while (enough - tooSmall > 1) {
            long middle = (enough + tooSmall) / 2;
            if (fits(target, region, middle, trial)) {
                enough = middle;
            } else {
                tooSmall = middle;
            }
        }
        return OptionalLong.of(enough * STEP);
    }

    /** As if it began earlier; it ends where memory of that kind ends. */
    private static boolean fits(Target target, PhysicalRange region, long steps, Trial trial) throws IOException {
        long size = steps * STEP;
        if (Long.compareUnsigned(size, region.end()) > 0) {
            return false;
        }
        CrashFacts facts = target.crash().orElseThrow();
        PhysicalRange larger = new PhysicalRange(region.end() - size, region.end());
        List<PhysicalRange> ram = new ArrayList<>(facts.systemRam());
        ram.add(larger);
        return trial.fits(target.withCrash(facts.with(MemoryHoles.holes(ram, List.of()), List.of(larger))));
    }
}

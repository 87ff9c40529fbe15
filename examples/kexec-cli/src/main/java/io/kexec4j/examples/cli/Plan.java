package io.kexec4j.examples.cli;

import io.kexec4j.boot.x86.E820Table;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.target.Target;
import java.util.Locale;

/**
 * The plan in the lines that {@code kexec -d} of kexec-tools prints, for scripts that read them. {@code buf} has no address
 * before the image is loaded.
 */
final class Plan {
    private Plan() {}

    static String of(Target target, KexecImage image) {
        StringBuilder plan = new StringBuilder("E820 memmap:\n");
        for (MemoryRegion region : E820Table.of(target.memoryMap()).regions()) {
            line(
                    plan,
                    "%016x-%016x (%d)",
                    region.range().start(),
                    region.range().end() - 1,
                    region.type().e820Code().orElseThrow());
        }
        line(plan, "kexec_load: entry = 0x%x flags = 0x%x", image.entry(), image.flagBits());
        line(plan, "nr_segments = %d", image.segments().size());
        for (int i = 0; i < image.segments().size(); i++) {
            Segment segment = image.segments().get(i);
            line(plan, "segment[%d].buf   = 0x0", i);
            line(plan, "segment[%d].bufsz = 0x%x", i, segment.content().size());
            line(plan, "segment[%d].mem   = 0x%x", i, segment.range().start());
            line(plan, "segment[%d].memsz = 0x%x", i, segment.range().size());
        }
        return plan.toString();
    }

    private static void line(StringBuilder plan, String format, Object... values) {
        plan.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

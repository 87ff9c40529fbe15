package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole images, started without a first Linux: the tiny kernel prints what it was handed. */
@ExtendWith(MatrixExtension.class)
class ImageHandOverTest {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final Verification ON_CONSOLE = new Verification(
            true, MismatchAction.RESET, Optional.of(new SerialConsole(0x3f8, SerialConsole.KEEP_BAUD)));
    private static final Content INITRD = Content.of(random(100_000));

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    /** More regions than boot_params has room for, of which the last is RAM. The firmware's tables lie above the RAM told. */
    private static Target machine(long ramStart, long ramEnd) {
        List<MemoryRegion> regions = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            regions.add(region(
                    i * 0x2000L, i * 0x2000L + 0x1000, i % 2 == 0 ? RegionType.ACPI_NVS : RegionType.ofE820(99)));
        }
        regions.add(region(ramStart, ramEnd, RegionType.RAM));
        return Target.builder(Architecture.X86_64, new MemoryMap(regions))
                .acpiRsdp(0xf59d0)
                .build();
    }

    private static KexecImage image(Target target, Verification verification) throws IOException {
        return builder(target, verification).build();
    }

    private static KexecImageBuilder builder(Target target, Verification verification) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(KernelFile.parse(Content.ofFile(Lab.tinyKernel())))
                .initrd(INITRD)
                .commandLine("handed=\"over\" \\ here")
                .verification(verification);
    }

    private static KexecImage with(KexecImage image, Segment changed) {
        List<Segment> segments = image.segments().stream()
                .map(segment -> segment.role() == changed.role() ? changed : segment)
                .toList();
        return image.withSegments(segments);
    }

    private static void assertHandedOver(Console console, KexecImage image, Target target) throws IOException {
        Segment initrd = image.segment(SegmentRole.INITRD).orElseThrow();
        assertThat(console.get("\"command_line\": \"(.*)\",$").group(1)).isEqualTo("handed=\\\"over\\\" \\\\ here");
        assertThat(console.get("\"load_address\": \"0x([0-9a-f]+)\"").group(1))
                .isEqualTo(Long.toHexString(
                        image.segment(SegmentRole.KERNEL).orElseThrow().range().start()));
        assertThat(console.get("\"boot_params\": \"0x([0-9a-f]+)\"").group(1))
                .isEqualTo(Long.toHexString(image.segment(SegmentRole.BOOT_PARAMS)
                        .orElseThrow()
                        .range()
                        .start()));
        assertThat(console.get("\"type_of_loader\": \"(.*)\"").group(1)).isEqualTo("0xd0");
        assertThat(console.get("\"acpi_rsdp\": \"(.*)\"").group(1)).isEqualTo("0xf59d0");
        assertThat(console.get("\"address\": \"0x([0-9a-f]+)\",\\s+\"size\": \"?([0-9a-fx]+)")
                        .group(1))
                .isEqualTo(Long.toHexString(initrd.range().start()));
        assertThat(console.get("\"sha256\": \"([0-9a-f]+)\"").group(1))
                .isEqualTo(INITRD.sha256().toString());
        assertThat(E820.ofTinyKernel(console))
                .isEqualTo(target.memoryMap().regions().stream()
                        .map(region ->
                                new E820(region.range().start(), region.range().end() - 1, (int)
                                        region.type().e820Code().orElseThrow()))
                        .toList());
        assertThat(console.all("\\{\"type\": (\\d+), \"address\": \"0x[0-9a-f]+\", \"length\": (\\d+)}")
                        .map(node -> node.group(1) + ":" + node.group(2)))
                .containsExactly("1:" + 23 * 20, "9:32");
        assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }

    @Test
    void theKernelIsHandedWhatThePlanSays(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("x86_64", "none", "kexec4j tiny", "bzImage", "hand-over", true), () -> {
            Target target = machine(16 * MIB, 500 * MIB);
            KexecImage image = image(target, ON_CONSOLE);
            Console console = HandOver.boot("hand-over-image", 512, image);
            console.get("kexec4j purgatory: 3 segments match, starting the kernel at 0x");
            assertHandedOver(console, image, target);
        });
    }

    @Test
    void theKernelCanBeEnteredIn32BitMode(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("x86_64", "none", "kexec4j tiny", "bzImage", "hand-over, 32-bit", true), () -> {
            Target target = machine(16 * MIB, 500 * MIB);
            KexecImage image =
                    builder(target, ON_CONSOLE).option(X86Option.ENTRY_32BIT).build();
            Console console = HandOver.boot("hand-over-32", 512, image);
            console.get("kexec4j purgatory: 3 segments match, starting the kernel at 0x");
            assertHandedOver(console, image, target);
            assertThat(console.get("\"entry\": \"(.*)\"").group(1)).isEqualTo("32-bit");
            long bootParams =
                    image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().range().start();
            Map<String, Long> registers = Map.of(
                    "ebx",
                    0L,
                    "ebp",
                    0L,
                    "edi",
                    0L,
                    "esi",
                    bootParams,
                    "cs",
                    0x10L,
                    "ds",
                    0x18L,
                    "cr0",
                    0x11L,
                    "cr4",
                    0L);
            registers.forEach((name, value) -> assertThat(
                            console.get("\"%s\": \"(.*)\"".formatted(name)).group(1))
                    .as(name)
                    .isEqualTo("0x%x".formatted(value)));
        });
    }

    @Test
    void everythingMayLieAbove4GiB(Matrix matrix) throws Throwable {
        matrix.row(new Matrix.Row("x86_64", "none", "kexec4j tiny", "bzImage", "hand-over above 4 GiB", true), () -> {
            Target target = machine(4 * GIB, 6 * GIB);
            KexecImage image = image(target, ON_CONSOLE);
            assertThat(image.segments()).allMatch(segment -> segment.range().start() >= 4 * GIB);
            assertHandedOver(HandOver.boot("hand-over-above-4g", 6144, image), image, target);
        });
    }

    @Test
    void checksCanBeLeftOut() throws IOException, InterruptedException {
        Target target = machine(16 * MIB, 500 * MIB);
        KexecImage image = image(target, new Verification(false, MismatchAction.RESET, Optional.empty()));
        Console console = HandOver.boot("hand-over-unchecked", 512, image);
        assertThat(console.text()).doesNotContain("purgatory");
        assertHandedOver(console, image, target);
    }

    @ParameterizedTest
    @EnumSource(names = {"KERNEL", "INITRD", "BOOT_PARAMS"})
    void aDamagedSegmentIsNamedAndNothingStarts(SegmentRole role) throws IOException, InterruptedException {
        KexecImage image = image(machine(16 * MIB, 500 * MIB), ON_CONSOLE);
        Segment segment = image.segment(role).orElseThrow();
        byte[] bytes = segment.content().copy(0, (int) segment.content().size());
        bytes[bytes.length - 1] ^= 1;
        Console console =
                HandOver.boot("hand-over-damaged-" + role, 512, with(image, segment.withContent(Content.of(bytes))));
        console.get("kexec4j purgatory: segment %s at 0x%x does not match its digest"
                .formatted(role.label(), segment.range().start()));
        console.get("expected " + segment.content().sha256());
        console.get("found +" + Content.of(bytes).sha256());
        assertThat(console.text())
                .endsWith("1 segment is damaged, resetting the machine")
                .doesNotContain("\"kernel\"");
    }

    @Test
    void aByteBehindTheContentIsFoundToo() throws IOException, InterruptedException {
        KexecImage image = image(machine(16 * MIB, 500 * MIB), ON_CONSOLE);
        Segment kernel = image.segment(SegmentRole.KERNEL).orElseThrow();
        byte[] longer = new byte[(int) kernel.range().size()];
        byte[] bytes = kernel.content().copy(0, (int) kernel.content().size());
        System.arraycopy(bytes, 0, longer, 0, bytes.length);
        longer[longer.length - 1] = 1;
        Console console = HandOver.boot("hand-over-tail", 512, with(image, kernel.withContent(Content.of(longer))));
        console.get("segment kernel at 0x%x has data after its content, at 0x%x"
                .formatted(kernel.range().start(), kernel.range().end() - Long.BYTES)); // it compares words
        assertThat(console.text()).doesNotContain("\"kernel\"");
    }
}

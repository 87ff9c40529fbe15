package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.GIB;
import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that means no good, from the file to the image. */
class HostileInputTest {
    private static final Content INITRD = Content.of("an initrd".getBytes(StandardCharsets.US_ASCII));

    private static KexecImageBuilder builder() throws IOException {
        return KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read().kernel());
    }

    /** Every field of the header that placement reads, at its extremes: an image that keeps the rules, or a declared error. */
    @Test
    void hostileHeadersGiveADeclaredErrorOrAnImageThatKeepsTheRules() throws IOException {
        long[] values = {
            0,
            1,
            0xfff,
            0x1000,
            0xc000,
            0xc001,
            0x10_0000,
            0x20_0000,
            0x100_0000,
            0x7fff_ffffL,
            0x8000_0000L,
            0xffff_f000L,
            0xffff_ffffL,
            1L << 46,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -0x20_0000L,
            -0xc000L,
            -0x1000L,
            -1
        };
        int images = 0;
        for (int field : List.of(0x1f1, 0x22c, 0x230, 0x235, 0x238, 0x248, 0x24c, 0x258, 0x260, 0x268)) {
            for (long value : values) {
                for (int relocatable = 0; relocatable <= 1; relocatable++) {
                    for (int xloadflags : new int[] {1, 3}) {
                        TinyKernel file = TinyKernel.read()
                                .putByte(TinyKernel.RELOCATABLE, relocatable)
                                .putShort(TinyKernel.XLOADFLAGS, xloadflags);
                        put(file, field, value);
                        images += survives(file, "0x%x = 0x%x".formatted(field, value)) ? 1 : 0;
                    }
                }
            }
        }
        assertThat(images).as("some are harmless").isBetween(100, 700);
    }

    private static void put(TinyKernel file, int field, long value) {
        switch (field) {
            case 0x1f1, 0x235 -> file.putByte(field, (int) value);
            case TinyKernel.PREF_ADDRESS -> file.putLong(field, value);
            default -> file.putInt(field, (int) value);
        }
    }

    private static boolean survives(TinyKernel file, String what) throws IOException {
        Target target = Machines.pcAbove4G(6 * GIB);
        try {
            BzImage kernel = (BzImage) file.kernel();
            KexecImage image = KexecImageBuilder.forTarget(target)
                    .kernel(kernel)
                    .initrd(INITRD)
                    .build();
            PhysicalRange place =
                    image.segment(SegmentRole.KERNEL).orElseThrow().range();
            long start = kernel.header().prefAddress();
            assertThat(
                            kernel.header().relocatable()
                                    ? place.start() % kernel.header().kernelAlignment() == 0
                                            && Long.compareUnsigned(place.start(), start) >= 0
                                    : place.start() == start)
                    .as(what)
                    .isTrue();
            assertThat(image.segments())
                    .as(what)
                    .allMatch(segment ->
                            target.memoryMap().ram().stream().anyMatch(ram -> ram.contains(segment.range())));
            return true;
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).as(what).isNotBlank();
            return false;
        }
    }

    @Test
    void aFileThatShrinksIsNoticedAlsoWhenItsDigestIsKnown(@TempDir Path directory) throws IOException {
        Path kernel = Files.write(directory.resolve("kernel"), TinyKernel.read().array());
        Path initrd = Files.write(directory.resolve("initrd"), new byte[100_000]);
        Content content = Content.ofFile(initrd);
        KexecImageBuilder builder = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(kernel)
                .initrd(content);
        builder.build();
        Files.write(initrd, new byte[99_999]);
        assertThatThrownBy(builder::build)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("the file had 100000 bytes when it was mapped and must keep them");
        Files.write(initrd, new byte[100_000]);
        Files.write(kernel, new byte[1024]);
        assertThatThrownBy(builder::build).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void aFileThatShrinksIsNoticedWhenImagesAreCompared(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("initrd"), new byte[100_000]);
        Content content = Content.ofFile(file);
        assertThat(content).isEqualTo(Content.of(new byte[100_000]));
        Files.write(file, new byte[1]);
        assertThatThrownBy(() -> assertThat(content).isEqualTo(Content.of(new byte[100_000])))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void textThatIsNoCommandLineIsRefused() throws IOException {
        for (String text : List.of("a\0b", "\ud800")) {
            KexecImageBuilder builder = builder().commandLine(text);
            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a command line must");
        }
        KexecImageBuilder empty = builder().initrd(Content.EMPTY);
        assertThatThrownBy(empty::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an initrd must not be empty");
    }

    @Test
    void theLengthOfACommandLineCountsInBytes() throws IOException {
        KexecImageBuilder builder = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read().putInt(TinyKernel.CMDLINE_SIZE, 3).kernel());
        assertThat(builder.commandLine("\u00e4x").build().segments()).hasSize(3);
        assertThatThrownBy(() -> builder.commandLine("\u00e4\u00e4").build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining(": 4, at most 3");
    }
}

package io.kexec4j;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.Initrds;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.UkiImages;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** kexec-tools takes a UKI by kexec_file_load only, and leaves its command line out. */
class UnifiedKernelImageTest {
    private static final Path KERNEL =
            Path.of("../examples/quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage");
    private static final Target MACHINE = Target.builder(
                    Architecture.X86_64,
                    new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(0x100000, 0x2000_0000), RegionType.RAM))))
            .build();
    private static final Content OTHER = text("another initrd");

    private static Content text(String text) {
        return Content.of(text.getBytes(US_ASCII));
    }

    private static KexecImageBuilder builder() throws IOException {
        Content uki = new UkiImages()
                .section(".ucode", "microcode")
                .section(".initrd", "an initrd")
                .section(".cmdline", "quiet from=uki\n")
                .section(".linux", Files.readAllBytes(KERNEL))
                .section(".profile", "ID=main")
                .section(".profile", "ID=rescue")
                .section(".cmdline", "rescue")
                .content();
        return KexecImageBuilder.forTarget(MACHINE)
                .kernel(KernelFile.parse(uki))
                .random(bytes -> Arrays.fill(bytes, (byte) 1));
    }

    private static Content initrd(KexecImage image) {
        return image.segment(SegmentRole.INITRD).map(Segment::content).orElseThrow();
    }

    private static String bootParams(KexecImage image) throws IOException {
        Content content = image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content();
        return new String(content.copy(0, (int) content.size()), US_ASCII);
    }

    @Test
    void itBringsItsInitrdAndCommandLine() throws IOException {
        KexecImage image = builder().build();
        assertThat(initrd(image)).isEqualTo(Initrds.join(List.of(text("microcode"), text("an initrd"))));
        assertThat(bootParams(image)).contains("quiet from=uki\0");
        assertThat(image.remarks()).isEmpty();

        KexecFiles files = builder().buildFiles();
        assertThat(files.initrd()).contains(initrd(image));
        assertThat(files.commandLine()).isEqualTo("quiet from=uki");
        assertThat(files.kernel()).isEqualTo(Content.ofFile(KERNEL));
        assertThat(files.remarks()).isEmpty();
    }

    @Test
    void whatTheUserGivesWinsAndTheImageSaysSo() throws IOException {
        KexecImageBuilder builder = builder().commandLine("from=user").initrd(OTHER);
        KexecImage image = builder.build();
        assertThat(initrd(image)).isEqualTo(OTHER);
        assertThat(bootParams(image)).contains("from=user\0").doesNotContain("from=uki");
        assertThat(image.remarks())
                .containsExactly(
                        "the initrd of the UKI is not used: another one was given",
                        "the command line of the UKI is not used: another one was given");
        assertThat(builder.buildFiles().commandLine()).isEqualTo("from=user");
        assertThat(builder.buildFiles().remarks()).isEqualTo(image.remarks());
        assertThat(bootParams(builder().commandLine("").build())).doesNotContain("from=");
    }

    @Test
    void aProfileIsChosenByItsNumber() throws IOException {
        assertThat(builder().profile(1).buildFiles().commandLine()).isEqualTo("rescue");
        assertThatThrownBy(() -> builder().profile(2).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("the UKI has 2 profiles, from 0 on, and no profile 2");
        assertThatThrownBy(() -> builder().kernel(KERNEL).profile(1).build())
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageStartingWith("only a UKI has profiles, and this is bzImage");
        assertThatThrownBy(() -> builder().profile(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}

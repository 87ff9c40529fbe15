package io.kexec4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImageBuilder;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.purgatory.Sha256;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Further images of the same files, which must not read them again. */
class SecondImageTest {
    private static final int INITRD_SIZE = 3 << 20;
    private static final OpenOption[] IN_PLACE = {StandardOpenOption.WRITE};

    @TempDir
    private Path directory;

    private static Target machine(long ramEnd) {
        return Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(0x10_0000, ramEnd), RegionType.RAM))))
                .build();
    }

    private static String purgatory(KexecImage image) throws IOException {
        Content content = image.segment(SegmentRole.PURGATORY).orElseThrow().content();
        return new String(content.copy(0, (int) content.size()), StandardCharsets.ISO_8859_1);
    }

    private static String text(Sha256 digest) {
        return new String(digest.toByteArray(), StandardCharsets.ISO_8859_1);
    }

    /** Whoever reads a file that was overwritten in place would get other digests. */
    @Test
    void noByteOfTheFilesIsReadAgain() throws Exception {
        byte[] kernelBytes = new BzImageBuilder().bytes();
        Path kernelFile = Files.write(directory.resolve("kernel"), kernelBytes);
        Path initrdFile = Files.write(directory.resolve("initrd"), new byte[INITRD_SIZE]);
        KernelFile kernel = KernelFile.parse(Content.ofFile(kernelFile));
        Content initrd = Content.ofFile(initrdFile);
        KexecImageBuilder first =
                KexecImageBuilder.forTarget(machine(1L << 30)).kernel(kernel).initrd(initrd);
        KexecImage before = first.commandLine("machine=1").build();
        String initrdDigest = text(Sha256.of(List.of(ByteBuffer.allocate(INITRD_SIZE))));
        assertThat(purgatory(before)).contains(initrdDigest);

        byte[] other = new byte[INITRD_SIZE];
        Arrays.fill(other, (byte) 1);
        Files.write(initrdFile, other, IN_PLACE);
        Files.write(kernelFile, new byte[kernelBytes.length], IN_PLACE);
        KexecImage after = KexecImageBuilder.forTarget(machine(2L << 30))
                .kernel(kernel)
                .initrd(initrd)
                .commandLine("machine=2")
                .build();

        assertThat(Files.readAllBytes(initrdFile)).isEqualTo(other);
        assertThat(purgatory(after)).contains(initrdDigest).isNotEqualTo(purgatory(before));
        Sha256 kernelDigest =
                before.segment(SegmentRole.KERNEL).orElseThrow().content().sha256();
        assertThat(purgatory(after)).contains(text(kernelDigest));
    }

    @Test
    void theContentsAreShared() throws Exception {
        Content initrd = Content.of(new byte[INITRD_SIZE]);
        KexecImageBuilder builder = KexecImageBuilder.forTarget(machine(1L << 30))
                .kernel(KernelFile.parse(new BzImageBuilder().content()))
                .initrd(initrd);

        KexecImage one = builder.commandLine("machine=1").build();
        KexecImage two = builder.commandLine("machine=2").build();

        for (SegmentRole role : List.of(SegmentRole.KERNEL, SegmentRole.INITRD)) {
            assertThat(two.segment(role).orElseThrow().content())
                    .isSameAs(one.segment(role).orElseThrow().content());
        }
    }
}

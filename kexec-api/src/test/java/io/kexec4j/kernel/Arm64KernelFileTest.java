package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of file in which a kernel for arm64 comes. */
class Arm64KernelFileTest {
    private static final int EM_AARCH64 = 183;

    static Stream<Compression> formats() {
        return Streams.FORMATS.stream();
    }

    private static byte[] elf() {
        return new ElfImages(true, ByteOrder.LITTLE_ENDIAN)
                .machine(EM_AARCH64)
                .entry(0xffff800080010000L)
                .load(0xffff800080000000L, 0x40000000, new byte[0x20000], 0x20000)
                .load(0xffff800080100000L, 0x40100000, new byte[0x100], 0x8000)
                .bytes();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aCompressedImage(Compression format) throws IOException {
        Arm64Images image = new Arm64Images();
        KernelFile kernel = KernelFile.parse(Content.of(Streams.compress(format, image.bytes())));
        assertThat(kernel).isInstanceOf(Arm64Image.class);
        assertThat(kernel.content()).isEqualTo(image.content());
    }

    @Test
    void aUkiWithAnImageOrAZbootImage() throws IOException {
        Arm64Images image = new Arm64Images();
        for (byte[] linux : List.of(
                image.bytes(),
                Arm64Images.zboot("zstd", Compression.ZSTD, image.bytes()),
                Streams.compress(Compression.GZIP, image.bytes()))) {
            Uki uki = (Uki) KernelFile.parse(new UkiImages()
                    .machine(0xaa64)
                    .section(".cmdline", "quiet")
                    .section(".linux", linux)
                    .content());
            assertThat(uki.machine()).isEqualTo(0xaa64);
            assertThat(uki.profile(0).kernel()).isInstanceOf(Arm64Image.class);
            assertThat(uki.profile(0).kernel().content()).isEqualTo(image.content());
        }
    }

    @Test
    void anElfFileWithVirtualEntry() throws IOException {
        ElfKernel kernel = (ElfKernel) KernelFile.parse(Content.of(elf()));
        assertThat(kernel.machine()).isEqualTo(EM_AARCH64);
        assertThat(kernel.entry()).isEqualTo(0x40010000);
        assertThat(kernel.segments()).hasSize(2);
        assertThat(kernel).hasToString("a 64-bit little-endian ELF executable for arm64, entry 0x40010000, 2 segments");
    }

    /** Not a word of these kernels fits a PC, and nothing tries. */
    @Test
    void onX86TheyAreRefused() throws IOException {
        MemoryMap memory =
                new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(0x100000, 0x2000_0000), RegionType.RAM)));
        Target pc = Target.builder(Architecture.X86_64, memory).build();
        byte[] image = new Arm64Images().bytes();
        for (byte[] file : List.of(
                image,
                elf(),
                Arm64Images.zboot("gzip", Compression.GZIP, image),
                new UkiImages().machine(0xaa64).section(".linux", image).bytes())) {
            KexecImageBuilder builder = KexecImageBuilder.forTarget(pc).kernel(KernelFile.parse(Content.of(file)));
            assertThatThrownBy(builder::build)
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessageStartingWith("no boot protocol starts this kernel on x86_64: ")
                    .hasMessageContaining("arm64");
            assertThatThrownBy(builder::buildFiles)
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessageContaining("arm64");
        }
    }

    @Test
    void theArchitecture() {
        assertThat(Architecture.byName("aarch64")).contains(Architecture.AARCH64);
        assertThat(Architecture.AARCH64.linuxName()).isEqualTo("aarch64");
        assertThat(Architecture.AARCH64.elfMachine()).as("KEXEC_ARCH_AARCH64").isEqualTo(EM_AARCH64);
    }
}

package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Arm64HeaderTest {
    private static final int EM_AARCH64 = 183;

    /** An Image is what objcopy makes of a vmlinux. */
    @ParameterizedTest
    @CsvSource({"LITTLE_ENDIAN, 0xa", "BIG_ENDIAN, 0xb"})
    void aVmlinuxHasTheHeaderOfItsImage(String order, String flags) throws IOException {
        Arm64Images made = new Arm64Images().set("flags", Long.decode(flags)).set("text_offset", 0x8000);
        ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ElfKernel vmlinux = ElfKernel.parse(Content.of(new ElfImages(true, byteOrder)
                .machine(EM_AARCH64)
                .entry(0xffff_8000_8000_0000L)
                .load(0xffff_8000_8000_0000L, 0, Arrays.copyOf(made.bytes(), 0x1000), 0x2000)
                .load(0xffff_8000_8000_2000L, 0x2000, new byte[] {1}, 0xe000)
                .bytes()));
        Arm64Header header = Arm64Header.parse(vmlinux.segments().get(0).content());
        assertThat(header).isEqualTo(Arm64Image.parse(made.content()).header());
        assertThat(header.loadOffset()).isEqualTo(0x8000);
        assertThat(header.memorySize()).isEqualTo(0x10000);
        assertThat(header.byteOrder()).isEqualTo(byteOrder);
        assertThat(header.mayLieAnywhere()).isTrue();
        assertThat(header.obstacles(Arm64Cpu.running(ByteOrder.LITTLE_ENDIAN, 4096)))
                .hasSize(byteOrder == ByteOrder.BIG_ENDIAN ? 1 : 0);
    }

    @Test
    void theFirstBytesAreEnough() throws IOException {
        byte[] image = new Arm64Images().bytes();
        for (int size = 0; size < Arm64Header.SIZE; size++) {
            Content cut = Content.of(Arrays.copyOf(image, size));
            assertThatThrownBy(() -> Arm64Header.parse(cut))
                    .as("%d bytes", size)
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageStartingWith("arm64 Image: ");
        }
        assertThat(Arm64Header.parse(Content.of(Arrays.copyOf(image, Arm64Header.SIZE))))
                .isEqualTo(Arm64Header.parse(Content.of(image)));
    }

    @Test
    void whatIsNoHeaderIsNamed() {
        assertThatThrownBy(() -> Arm64Header.parse(Content.of(ElfImages.x8664().bytes())))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("an arm64 Image has \"ARM\\x64\" here, but this is a 64-bit little-endian ELF");
    }
}

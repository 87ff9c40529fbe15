package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.x86.BootParams;
import io.kexec4j.boot.x86.BootParamsField;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.FramebufferFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** kexec-tools reads these tags of a multiboot2 header and ignores them. */
class MultibootDemandsTest {
    private static final int INFORMATION_REQUEST = 1;
    private static final int OPTIONAL = 1;
    private static final int MEMORY_MAP = 6;
    private static final int VBE = 7;
    private static final int FRAMEBUFFER = 8;
    private static final int BOOT_SERVICES = 7;

    private static KexecImageBuilder builder(byte[] header) throws IOException {
        return builder(header, Optional.empty());
    }

    private static KexecImageBuilder builder(byte[] header, Optional<BootParams> running) throws IOException {
        Target.Builder machine = Target.builder(
                Architecture.X86_64,
                new MemoryMap(List.of(new MemoryRegion(new PhysicalRange(0x1000, 0x2000_0000), RegionType.RAM))));
        running.ifPresent(params -> machine.bootParams(Content.of(params.toByteArray())));
        return KexecImageBuilder.forTarget(machine.build())
                .kernel(KernelFile.parse(Content.of(MultibootImages.elf(header))));
    }

    @Test
    void whatIsDemandedMustBeThere() throws IOException {
        assertThat(builder(MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, 0, MEMORY_MAP)))
                        .build()
                        .segments())
                .hasSize(3);
        assertThat(builder(MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, OPTIONAL, VBE)))
                        .build()
                        .segments())
                .hasSize(3);
        KexecImageBuilder demanding =
                builder(MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, 0, MEMORY_MAP, VBE)));
        assertThatThrownBy(demanding::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("the multiboot2 kernel demands information of type 7, which is not known after a kexec");
    }

    @Test
    void bootServicesCannotBeHad() throws IOException {
        assertThat(builder(MultibootImages.header2(MultibootImages.tag(BOOT_SERVICES, OPTIONAL)))
                        .build()
                        .segments())
                .hasSize(3);
        KexecImageBuilder demanding = builder(MultibootImages.header2(MultibootImages.tag(BOOT_SERVICES, 0)));
        assertThatThrownBy(demanding::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("EFI boot services");
    }

    @Test
    void aDemandIsNotTakenBackByATagThatIsOptional() throws IOException {
        byte[] demand = MultibootImages.tag(BOOT_SERVICES, 0);
        byte[] wish = MultibootImages.tag(BOOT_SERVICES, OPTIONAL);
        for (byte[] header : List.of(MultibootImages.header2(demand, wish), MultibootImages.header2(wish, demand))) {
            KexecImageBuilder builder = builder(header);
            assertThatThrownBy(builder::build)
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessageContaining("EFI boot services");
        }
    }

    /** The lower half alone says nothing. */
    @Test
    void aScreenMayBeginAtAMultipleOf4GiB() throws IOException {
        byte[] header = MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, 0, FRAMEBUFFER));
        ByteBuffer told =
                framebuffer(builder(header, Optional.of(running(0, 0x40))).build());
        assertThat(told.getLong(8)).isEqualTo(0x40_0000_0000L);
        KexecImageBuilder nowhere = builder(header, Optional.of(running(0, 0)));
        assertThatThrownBy(nowhere::build).hasMessageContaining("information of type 8");
    }

    @Test
    void whyAScreenIsNotToldIsSaid() throws IOException {
        byte[] header = MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, OPTIONAL, FRAMEBUFFER));
        Target machine = Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(
                                List.of(new MemoryRegion(new PhysicalRange(0x1000, 0x2000_0000), RegionType.RAM))))
                .bootParams(Content.of(running(0x8000_0000, 0).toByteArray()))
                .framebuffer(new FramebufferFacts("i915drmfb", 1920, 1080, 7680, false))
                .build();
        assertThat(KexecImageBuilder.forTarget(machine)
                        .kernel(KernelFile.parse(Content.of(MultibootImages.elf(header))))
                        .build()
                        .remarks())
                .singleElement()
                .asString()
                .contains("\"i915drmfb\" has changed the mode from 1280x800 to 1920x1080");
    }

    @Test
    void aScreenIsToldIfThereIsOne() throws IOException {
        byte[] header = MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, 0, FRAMEBUFFER));
        KexecImageBuilder without = builder(header);
        assertThatThrownBy(without::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("information of type 8");
        ByteBuffer bytes = framebuffer(
                builder(header, Optional.of(running(0x8000_0000, 4))).build());
        int at = 0;
        assertThat(bytes.getInt(at + 4)).isEqualTo(38);
        assertThat(bytes.getLong(at + 8)).isEqualTo(0x4_8000_0000L);
        assertThat(List.of(bytes.getInt(at + 16), bytes.getInt(at + 20), bytes.getInt(at + 24)))
                .containsExactly(5120, 1280, 800);
        byte[] pixel = new byte[10];
        bytes.get(at + 28, pixel);
        assertThat(pixel).containsExactly(32, 1, 0, 0, 16, 8, 8, 8, 0, 8);
    }

    private static BootParams running(int base, int upperBase) {
        byte[] screen = new byte[0x40];
        ByteBuffer.wrap(screen)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0x0f, (byte) 0x70)
                .putShort(0x12, (short) 1280)
                .putShort(0x14, (short) 800)
                .putShort(0x16, (short) 32)
                .putInt(0x18, base)
                .putShort(0x24, (short) 5120)
                .put(0x26, new byte[] {8, 16, 8, 8, 8, 0})
                .putInt(0x36, 2)
                .putInt(0x3a, upperBase);
        return BootParams.builder().put(BootParamsField.SCREEN_INFO, screen).build();
    }

    /** The tag of the framebuffer, with its head. */
    private static ByteBuffer framebuffer(KexecImage image) throws IOException {
        Content told = image.segment(SegmentRole.BOOT_INFORMATION).orElseThrow().content();
        ByteBuffer bytes = ByteBuffer.wrap(told.copy(0, (int) told.size())).order(ByteOrder.LITTLE_ENDIAN);
        int at = 8;
        while (bytes.getInt(at) != FRAMEBUFFER) {
            at += bytes.getInt(at + 4) + 7 & -8;
        }
        return bytes.slice(at, bytes.getInt(at + 4)).order(ByteOrder.LITTLE_ENDIAN);
    }
}

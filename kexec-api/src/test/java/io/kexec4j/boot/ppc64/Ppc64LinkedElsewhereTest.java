package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Machines.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Machines.MIB;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that lie where they were linked for, such as a zImage, which unpacks a kernel to address 0. */
class Ppc64LinkedElsewhereTest {
    private static final Content INITRD = Content.zeroes(3 * MIB + 5);

    private static KexecImageBuilder builder(Target target, KernelFile kernel) {
        return KexecImageBuilder.forTarget(target).kernel(kernel);
    }

    private static Segment of(KexecImage image, SegmentRole role) {
        return Ppc64ImageRules.of(image, role);
    }

    /** EM_PPC and EM_PPC64. */
    @ParameterizedTest
    @ValueSource(ints = {20, 21})
    void aKernelThatIsLinkedForAnotherAddressLiesThere(int machine) throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile wrapper = new Ppc64Files(BIG_ENDIAN)
                .machine(machine)
                .at(0x400_0000, 0x400_1000)
                .magic(0)
                .kernel();

        KexecImage image = builder(target, wrapper).build();

        assertThat(of(image, SegmentRole.KERNEL).range()).isEqualTo(PhysicalRange.ofSize(0x400_0000, 0x5_0000));
        ByteBuffer atZero =
                ByteBuffer.wrap(of(image, SegmentRole.PURGATORY).content().copy(0, 0x100));
        for (int at = 4; at < 0x100; at += 4) {
            assertThat(atZero.getInt(at)).as("others wait at 0x%x", at).isEqualTo(0x4800_0000);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x200000, running kernel or firmware", "0x2ffc0000, running kernel or firmware"})
    void whatLiesInTheWayOfOneThatCannotBeMovedIsNamed(String address, String reason) throws IOException {
        Target target = Ppc64Machines.guest().build();
        long at = Long.decode(address);
        KernelFile wrapper = new Ppc64Files(BIG_ENDIAN).at(at, at).kernel();

        assertThatThrownBy(() -> builder(target, wrapper).build())
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining(reason);
    }

    /** It unpacks a kernel to address 0, and takes memory behind itself. */
    @Test
    void whatUnpacksAKernelHasRoomBelowAndBehindItself() throws IOException {
        Target target = Ppc64Machines.guest().build();
        KernelFile wrapper =
                new Ppc64Files(BIG_ENDIAN).at(0x400_0000, 0x400_0000).kernel();

        KexecImage image = builder(target, wrapper).initrd(INITRD).build();

        assertThat(image.segments()).allMatch(segment -> segment.range().start() >= 0x400_0000);
        assertThat(of(image, SegmentRole.INITRD).range().start()).isGreaterThan(3 * GIB);
        Target keeping = Target.builder(target.architecture(), target.memoryMap())
                .commandLine("retain_initrd")
                .liveTree(target.liveTree().orElseThrow())
                .build();
        KernelFile above = new Ppc64Files(BIG_ENDIAN).at(GIB, GIB).kernel();
        assertThatThrownBy(() -> builder(keeping, above)
                        .option(CommonOption.REUSE_INITRD)
                        .build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("below the initrd of the running kernel");
    }

    @ParameterizedTest
    @CsvSource({"0x4000100, 0x1000", "0x4001000, 0x10000", "0x4000100, 0x10000"})
    void whatIsNotLinkedForAPageLiesWhereItWasLinkedFor(String address, String pageSize) throws IOException {
        long at = Long.decode(address);
        long page = Long.decode(pageSize);
        Target target = Ppc64Machines.guest().pageSize(page).build();
        Ppc64Files file = new Ppc64Files(BIG_ENDIAN).at(at, at);

        Segment kernel = of(builder(target, file.kernel()).build(), SegmentRole.KERNEL);

        assertThat(kernel.range().start()).isEqualTo(at & -page);
        assertThat(kernel.content().copy(at & (page - 1), 0x1000)).isEqualTo(Arrays.copyOf(file.code(), 0x1000));
    }

    @Test
    void whatIsLinkedBeyondRealModeIsRefused() throws IOException {
        EditableTree tree = Ppc64Machines.guestTree();
        tree.root().childOrAdd("chosen").set("linux,memory-limit", PropertyValue.ofU64(256 * MIB));
        Target target = Ppc64Machines.of(Architecture.PPC64LE, tree).build();
        KernelFile kernel =
                new Ppc64Files(BIG_ENDIAN).at(0x5000_0000, 0x5000_0000).kernel();

        assertThatThrownBy(() -> builder(target, kernel).build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("which real mode has to reach");
    }
}

package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.examples.bootmatrix.Ppc64HandOver.Old;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.purgatory.HypervisorConsole;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A kernel that is linked for an address of its own, and entered behind its beginning, as the zImage of arch/powerpc/boot is. It has no
 * code at 0x60 for the other processors, which must get to see none of its bytes.
 */
@ExtendWith(MatrixExtension.class)
class Ppc64WrapperHandOverTest {
    private static final long LINKED_AT = 0x400_0000;
    private static final int RUN_AT_LOAD = 0x5c;
    private static final int SECONDARY_ENTRY = 0x60;

    /** Of the code at the entry: as much as Linux copies to address 0. */
    private static final int ENTRY_SIZE = 0x100;

    private static final int PAGE_SIZE = 0x1_0000;

    /** e_flags of a file whose entry is an instruction, not a descriptor. */
    private static final int ELF_V2 = 2;

    private static final Content INITRD = Content.of(random(100_001));

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(2).nextBytes(bytes);
        return bytes;
    }

    static Stream<Arguments> byteOrders() {
        return Ppc64Tiny.pairs();
    }

    /** The tiny kernel, which runs anywhere, with an entry behind it, in memory that it clears once it has started. */
    private static Content wrapper(ByteOrder order) throws IOException {
        int codeSize = Ppc64Tiny.code(order).remaining();
        int size = codeSize + ENTRY_SIZE;
        ElfLayout layout = ElfLayout.builder(ElfClass.ELF64, order)
                .type(ElfHeader.ET_EXEC)
                .machine(ElfHeader.EM_PPC64)
                .flags(ELF_V2)
                .entry(LINKED_AT + codeSize)
                .place(new ProgramHeader(
                        ProgramHeader.PT_LOAD,
                        ProgramHeader.PF_R | ProgramHeader.PF_W | ProgramHeader.PF_X,
                        0,
                        LINKED_AT,
                        LINKED_AT,
                        size,
                        Ppc64Tiny.segment(order).memorySize(),
                        PAGE_SIZE))
                .build();
        int start = (int) layout.programHeaders().get(0).offset();
        ByteBuffer file = ByteBuffer.allocate(start + size);
        file.put(layout.head()).put(start, Ppc64Tiny.code(order), 0, codeSize);
        file.putInt(start + RUN_AT_LOAD, 0);
        file.put(start + codeSize, entry(codeSize), 0, ENTRY_SIZE);
        return Content.of(file.array());
    }

    /**
     * Goes to the beginning of the kernel. A processor that comes to 0x60 instead damages the kernel, before the purgatory checks it. In
     * the order in which processors come to either.
     */
    private static ByteBuffer entry(int distance) {
        return ByteBuffer.allocate(ENTRY_SIZE)
                .putInt(0, 0x4800_0000 | (-distance & 0x3ff_fffc)) // b, backwards
                .putInt(SECONDARY_ENTRY, 0x3d20_0000 | (int) (LINKED_AT >>> 16)) // lis r9, the address's upper half
                .putInt(SECONDARY_ENTRY + 4, 0x9129_0000 | RUN_AT_LOAD) // stw r9, RUN_AT_LOAD(r9)
                .putInt(SECONDARY_ENTRY + 8, 0x4800_0000); // b .
    }

    private static KexecImage image(Old old, Content kernel) throws Exception {
        EditableTree tree = Ppc64HandOver.tree(old.processors());
        Content blob = Content.of(tree.write());
        Target machine = Target.builder(Ppc64Tiny.architecture(old.order()), PowerMemory.parse(tree))
                .deviceTree(blob)
                .liveTree(blob)
                .build();
        HypervisorConsole console = new HypervisorConsole(HypervisorConsole.FIRST);
        return KexecImageBuilder.forTarget(machine)
                .kernel(KernelFile.parse(kernel))
                .initrd(INITRD)
                .commandLine("by=wrapper")
                .verification(new Verification(true, MismatchAction.RESET, Optional.of(console)))
                .build();
    }

    private static PhysicalRange range(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow().range();
    }

    @ParameterizedTest
    @MethodSource("byteOrders")
    void itIsEnteredWhereItWasLinkedFor(ByteOrder old, ByteOrder tiny, Matrix matrix) throws Throwable {
        String architecture = Ppc64Tiny.architecture(old).linuxName();
        String path = "hand-over, to " + Ppc64Tiny.name(tiny);
        matrix.row(new Matrix.Row(architecture, "none", "kexec4j tiny", "ELF, linked elsewhere", path, true), () -> {
            Old from = new Old(old, 3, 2);
            KexecImage image = image(from, wrapper(tiny));
            String name = "%s-wrapper-to-%s".formatted(architecture, Ppc64Tiny.name(tiny));
            assertHandedOver(Ppc64HandOver.boot(name, from, image), image, tiny);
        });
    }

    private static void assertHandedOver(Console console, KexecImage image, ByteOrder tiny) throws IOException {
        long entry = LINKED_AT + Ppc64Tiny.code(tiny).remaining();
        PhysicalRange initrd = range(image, SegmentRole.INITRD);
        assertThat(range(image, SegmentRole.KERNEL).start()).isEqualTo(LINKED_AT);
        console.get("^kexec4j purgatory: \\d segments match, starting the kernel at 0x%x$".formatted(entry));
        assertThat(console.get("(\\{\"kernel\".*)").group(1))
                .contains("\"architecture\": \"%s\""
                        .formatted(Ppc64Tiny.architecture(tiny).linuxName()))
                .contains("\"load_address\": \"0x%x\"".formatted(LINKED_AT), "\"run_at_load\": \"0x0\"")
                .contains("\"r3\": \"0x%x\", \"r4\": \"0x%x\", \"r5\": \"0x0\""
                        .formatted(range(image, SegmentRole.DEVICE_TREE).start(), entry))
                .contains("\"entered\": \"big-endian\", ", "\"boot_cpuid_phys\": 2")
                .contains("\"bootargs\": \"by=wrapper\"")
                .contains("\"initrd\": {\"address\": \"0x%x\", \"size\": 100001, \"sha256\": \"%s\"}"
                        .formatted(initrd.start(), INITRD.sha256()));
        assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
    }
}

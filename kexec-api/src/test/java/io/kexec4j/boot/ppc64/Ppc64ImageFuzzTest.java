package io.kexec4j.boot.ppc64;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashMachines;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.PowerTrees;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** From any kernel and device tree to the places of the segments: an image within the memory that there is, or a declared error. */
class Ppc64ImageFuzzTest {
    private static final long MIB = 1 << 20;
    private static final PhysicalRange ALL = PhysicalRange.ofSize(0, 4096 * MIB);
    private static final PhysicalRange REGION = PhysicalRange.ofSize(512 * MIB, 256 * MIB);
    private static final MemoryMap MEMORY = new MemoryMap(List.of(new MemoryRegion(ALL, RegionType.RAM)));

    private enum Use {
        LIVE,
        FIRMWARE,
        USERS,
        REUSE_INITRD,
        CRASH,
        HOTPLUG
    }

    @FuzzTest
    void anyKernelWithAnyTree(FuzzedDataProvider data) throws IOException {
        byte[] kernel = new Ppc64Files(data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .sizes(data.consumeInt(0, 0x1000), data.consumeLong())
                .pieces(data.consumeInt(0, 20), data.consumeLong())
                .entry(data.consumeLong())
                .bytes();
        for (int i = data.consumeInt(0, 8); i > 0; i--) {
            kernel[data.consumeInt(0, 0x400)] = data.consumeByte();
        }
        Use use = data.pickValue(Use.values());
        byte[] tree = blob(data.consumeBoolean());
        if (data.consumeBoolean()) {
            tree = data.consumeRemainingAsBytes();
        }
        while (data.remainingBytes() > 2 && tree.length > 0) {
            tree[data.consumeInt(0, tree.length - 1)] = data.consumeByte();
        }
        build(kernel, use, tree);
    }

    private static byte[] blob(boolean ofGuest) {
        ByteBuffer blob = (ofGuest ? Ppc64Machines.guestTree() : PowerTrees.bareMetal()).write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }

    /** Whether there is an image, which then lies in memory, and not on itself. */
    private static boolean build(byte[] kernel, Use use, byte[] tree) throws IOException {
        try {
            KexecImage image = builder(kernel, use, Content.of(tree)).build();
            long below = 0;
            for (Segment segment : image.segments()) {
                assertThat(segment.range().start()).isGreaterThanOrEqualTo(below);
                below = segment.range().end();
                assertThat(isCrash(use) ? REGION : ALL).matches(memory -> memory.contains(segment.range()));
            }
            return true;
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return false;
        }
    }

    private static boolean isCrash(Use use) {
        return use == Use.CRASH || use == Use.HOTPLUG;
    }

    private static KexecImageBuilder builder(byte[] kernel, Use use, Content tree) throws IOException {
        EditableTree sound = Ppc64Machines.guestTree();
        Content live = use == Use.USERS || use == Use.FIRMWARE ? Content.of(sound.write()) : tree;
        Target.Builder target = Target.builder(
                        Architecture.PPC64LE, use == Use.USERS ? PowerMemory.parse(sound) : MEMORY)
                .commandLine("retain_initrd")
                .liveTree(live);
        if (use == Use.FIRMWARE || use == Use.REUSE_INITRD) {
            target.deviceTree(tree);
        }
        if (isCrash(use)) {
            CrashFacts.Builder facts = CrashMachines.complete(CrashFacts.builder(List.of(ALL), List.of(REGION)));
            target.crash(facts.elfcorehdrSize(461_000).build());
        }
        KexecImageBuilder builder = KexecImageBuilder.forTarget(target.build())
                .kernel(KernelFile.parse(Content.of(kernel)))
                .random(bytes -> {});
        switch (use) {
            case LIVE, FIRMWARE -> builder.initrd(Content.zeroes(MIB + 1));
            case USERS -> builder.deviceTree(tree);
            case REUSE_INITRD -> builder.option(CommonOption.REUSE_INITRD);
            case CRASH -> builder.crash(CrashOptions.DEFAULT);
            case HOTPLUG -> builder.crash(CrashOptions.DEFAULT.withHotplug(true));
        }
        return builder;
    }

    /** The target above in small, without a fuzzer: a byte of the kernel's head or of the tree is damaged, so that most images can be built. */
    @Test
    void damagedKernelsAndTrees() throws IOException {
        Random random = new Random(5);
        int built = 0;
        for (int i = 0; i < 600; i++) {
            byte[] kernel = new Ppc64Files(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                    .sizes(0x1000, 0x1_0000 + random.nextInt(1 << 25))
                    .bytes();
            byte[] tree = blob(random.nextBoolean());
            if (random.nextInt(3) == 0) {
                kernel[random.nextInt(0x100)] = (byte) random.nextInt();
            }
            if (random.nextInt(3) == 0) {
                tree[random.nextInt(tree.length)] = (byte) random.nextInt();
            }
            built += build(kernel, Use.values()[i % Use.values().length], tree) ? 1 : 0;
        }
        assertThat(built).isBetween(200, 599);
    }
}

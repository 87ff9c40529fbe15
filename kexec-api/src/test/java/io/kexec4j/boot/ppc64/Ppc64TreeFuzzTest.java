package io.kexec4j.boot.ppc64;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.RandomSource;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Any tree of the start, any live tree, any tree of the user: a tree that keeps the rules, or a declared error. */
class Ppc64TreeFuzzTest {
    private enum Use {
        NORMAL,
        USERS,
        LIVE,
        CRASH,
        HOTPLUG
    }

    @FuzzTest
    void anyTrees(FuzzedDataProvider data) throws IOException {
        Use use = data.pickValue(Use.values());
        boolean isGuest = data.consumeBoolean();
        byte[] start = seed(isGuest);
        byte[] live = seed(isGuest);
        while (data.remainingBytes() > 2) {
            byte[] damaged = data.consumeBoolean() ? start : live;
            damaged[data.consumeInt(0, damaged.length - 1)] = data.consumeByte();
        }
        build(use, start, live);
    }

    @FuzzTest
    void anyLiveTree(FuzzedDataProvider data) throws IOException {
        Use use = data.pickValue(Use.values());
        build(use, seed(data.consumeBoolean()), data.consumeRemainingAsBytes());
    }

    private static byte[] seed(boolean isGuest) {
        EditableTree tree = isGuest ? Ppc64Trees.guest() : Ppc64Trees.bareMetal();
        tree.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", PropertyValue.ofU64(0x1000_0000))
                .set("ibm,dynamic-memory-v2", PropertyValue.ofCells(1, 2, 1, 0x1000_0000, 1, 0, 8));
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }

    /** Whether there is a tree, which then keeps the rules. */
    private static boolean build(Use use, byte[] start, byte[] live) throws IOException {
        try {
            BootRequest request = request(use, start, live);
            Fdt tree = Ppc64Trees.handOver(request, request.crash().isPresent() ? null : Ppc64Trees.INITRD)
                    .tree();
            assertKeepsRules(tree, request.crash().isPresent());
            return true;
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return false;
        }
    }

    private static void assertKeepsRules(Fdt tree, boolean isCrash) throws MalformedInputException {
        Node chosen = tree.node("/chosen").or(() -> tree.node("/chosen@0")).orElseThrow();
        assertThat(chosen.property("bootargs")).isPresent();
        assertThat(chosen.property("linux,memory-limit")).isEmpty();
        assertThat(tree.reservations()).isSortedAccordingTo((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        if (isCrash) {
            for (PhysicalRange ram : PowerMemory.parse(tree).ram()) {
                assertThat(List.of(Ppc64Trees.LOW, Ppc64Trees.CRASH))
                        .as("only this is neither reserved nor firmware: %s", ram)
                        .anyMatch(range -> range.contains(ram) || isOutside(ram));
            }
        }
    }

    /** RTAS or a table where a damaged tree has it: usable, and reserved as far as it is known to be; that of devices. */
    private static boolean isOutside(PhysicalRange ram) {
        return Long.compareUnsigned(ram.start(), Ppc64Trees.CRASH.end()) >= 0;
    }

    private static BootRequest request(Use use, byte[] start, byte[] live) throws IOException {
        MemoryRegion ram = new MemoryRegion(new PhysicalRange(0, Ppc64Trees.GIB), RegionType.RAM);
        Target.Builder target = Target.builder(Architecture.PPC64, new MemoryMap(List.of(ram)));
        target.liveTree(Content.of(live));
        if (use != Use.LIVE) {
            target.deviceTree(Content.of(start));
        }
        RandomSource zeros = bytes -> {};
        boolean isCrash = use == Use.CRASH || use == Use.HOTPLUG;
        Optional<CrashPlan> plan = isCrash
                ? Optional.of(Ppc64Trees.plan(
                        target.build(), Ppc64Trees.crash().cpus(List.of(), 64).build(), use == Use.HOTPLUG))
                : Optional.empty();
        return new BootRequest(
                target.build(),
                Arm64Image.parse(Content.of(new Arm64Images().bytes())),
                Optional.empty(),
                "x",
                use == Use.USERS ? Optional.of(Content.of(start)) : Optional.empty(),
                List.of(),
                Set.of(),
                plan,
                new PhysicalRange(0, -1),
                Verification.DEFAULT,
                zeros,
                Progress.NONE);
    }

    /** The targets above in small, without a fuzzer. */
    @Test
    void damagedTrees() throws IOException {
        Random random = new Random(5);
        int built = 0;
        for (int i = 0; i < 4000; i++) {
            boolean isGuest = random.nextBoolean();
            byte[] start = seed(isGuest);
            byte[] live = seed(random.nextInt(8) == 0 ? !isGuest : isGuest);
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                byte[] damaged = random.nextBoolean() ? start : live;
                damaged[random.nextInt(56, damaged.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0);
            }
            built += build(Use.values()[i % Use.values().length], start, live) ? 1 : 0;
        }
        assertThat(built).isBetween(1000, 3900);
    }

    /** A live tree that is not there as a whole. */
    @Test
    void cutTrees() throws IOException {
        byte[] whole = seed(true);
        for (int size = 0; size < whole.length; size += 3) {
            assertThat(build(Use.NORMAL, whole, Arrays.copyOf(whole, size)))
                    .as("live tree cut to %d", size)
                    .isFalse();
        }
        assertThat(build(Use.NORMAL, whole, whole)).isTrue();
    }
}

package io.kexec4j.boot.arm64;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.Arm64Header;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** From any header, memory map and device tree to the places of the segments: an image that keeps the rules, or a declared error. */
class Arm64HandOverFuzzTest {
    private static final long PAGE = 0x1000;
    private static final long MIB = 1 << 20;

    private enum Use {
        RUNNING,
        USERS,
        OVERLAY,
        REUSE_INITRD
    }

    @FuzzTest
    void anyTreeOnAnyMachine(FuzzedDataProvider data) throws IOException {
        Arm64Images file = new Arm64Images()
                .set("text_offset", data.consumeLong(0, 2 * MIB) & -PAGE)
                .set("image_size", data.consumeLong(0, data.consumeBoolean() ? 64 * MIB : 1L << 40))
                .set("flags", data.consumeLong());
        PhysicalRange[] ram = new PhysicalRange[data.consumeInt(1, 8)];
        long at = data.consumeLong(0, 1L << 40) & -PAGE;
        for (int i = 0; i < ram.length; i++) {
            ram[i] = PhysicalRange.ofSize(at, PAGE * data.consumeLong(1, 1 << 20));
            at = ram[i].end() + PAGE * data.consumeLong(0, 1 << 20);
        }
        int initrd = data.consumeInt(0, 1 << 20);
        Use use = data.pickValue(Use.values());
        build(file, ram, initrd, use, tree(data));
    }

    /** Any bytes, or a tree of which some bytes are others. */
    private static byte[] tree(FuzzedDataProvider data) throws IOException {
        if (data.consumeBoolean()) {
            return data.consumeRemainingAsBytes();
        }
        byte[] tree = sound();
        while (data.remainingBytes() > 2) {
            tree[data.consumeInt(0, tree.length - 1)] = data.consumeByte();
        }
        return tree;
    }

    private static byte[] sound() throws IOException {
        Content tree = Arm64Machines.tree(Arm64Machines.GIB);
        return tree.copy(0, (int) tree.size());
    }

    /** Whether there is an image, which then keeps the rules. */
    private static boolean build(Arm64Images file, PhysicalRange[] ram, int initrdSize, Use use, byte[] tree)
            throws IOException {
        try {
            Arm64Image kernel = Arm64Image.parse(Content.of(file.bytes()));
            Content blob = Content.of(tree);
            Content running = use == Use.USERS || use == Use.OVERLAY ? Content.of(sound()) : blob;
            Target target = Arm64Machines.with(ram)
                    .deviceTree(running)
                    .commandLine("retain_initrd")
                    .build();
            KexecImageBuilder builder =
                    KexecImageBuilder.forTarget(target).kernel(kernel).random(bytes -> {});
            Optional<Content> initrd = initrdSize == 0 ? Optional.empty() : Optional.of(Content.zeroes(initrdSize));
            initrd.ifPresent(builder::initrd);
            switch (use) {
                case RUNNING -> {}
                case USERS -> builder.deviceTree(blob);
                case OVERLAY -> builder.overlay(blob);
                case REUSE_INITRD -> builder.option(CommonOption.REUSE_INITRD);
            }
            Arm64Header header = kernel.header();
            new Arm64ImageRules(
                            target,
                            header.loadOffset(),
                            header.memorySize(),
                            !header.mayLieAnywhere(),
                            initrd,
                            new PhysicalRange(0, -1))
                    .assertKeptBy(builder.build());
            return true;
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return false;
        }
    }

    /** The target above in small, without a fuzzer: with trees of which at most a byte is damaged, so that most images can be built. */
    @Test
    void damagedTreesOnRandomMachines() throws IOException {
        Random random = new Random(3);
        int built = 0;
        for (int i = 0; i < 500; i++) {
            byte[] tree = sound();
            if (random.nextBoolean()) {
                tree[random.nextInt(tree.length)] = (byte) random.nextInt();
            }
            PhysicalRange[] ram = {
                PhysicalRange.ofSize(PAGE * random.nextInt(1 << 20), PAGE * (1 + random.nextInt(1 << 16)))
            };
            Arm64Images file = new Arm64Images()
                    .set("image_size", 0x1_0000 + random.nextInt((int) (32 * MIB)))
                    .set("flags", random.nextBoolean() ? 0xa : 2);
            Use use = random.nextBoolean() ? Use.RUNNING : Use.USERS;
            built += build(file, ram, random.nextInt(1 << 20), use, tree) ? 1 : 0;
        }
        assertThat(built).isBetween(100, 499);
    }
}

package io.kexec4j.boot.arm64;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Optional;

/** From any header, memory map and device tree to the places of the segments: an image that keeps the rules, or a declared error. */
class Arm64HandOverFuzzTest {
    private static final long PAGE = 0x1000;

    @FuzzTest
    void anyTreeOnAnyMachine(FuzzedDataProvider data) throws IOException {
        Arm64Images file = new Arm64Images()
                .set("text_offset", data.consumeLong(0, 0x20_0000) & -PAGE)
                .set("image_size", data.consumeLong(0, 1L << 40))
                .set("flags", data.consumeLong());
        PhysicalRange[] ram = new PhysicalRange[data.consumeInt(1, 8)];
        long at = data.consumeLong(0, 1L << 40) & -PAGE;
        for (int i = 0; i < ram.length; i++) {
            ram[i] = PhysicalRange.ofSize(at, PAGE * data.consumeLong(1, 1 << 20));
            at = ram[i].end() + PAGE * data.consumeLong(0, 1 << 20);
        }
        Optional<Content> initrd =
                data.consumeBoolean() ? Optional.of(Content.zeroes(data.consumeLong(1, 1 << 20))) : Optional.empty();
        boolean overlay = data.consumeBoolean();
        byte[] tree = tree(data);
        try {
            KernelFile kernel = KernelFile.parse(Content.of(file.bytes()));
            Content blob = Content.of(tree);
            Target target = Arm64Machines.with(ram)
                    .deviceTree(overlay ? Arm64Machines.tree(Arm64Machines.GIB) : blob)
                    .build();
            KexecImageBuilder builder =
                    KexecImageBuilder.forTarget(target).kernel(kernel).random(bytes -> {});
            initrd.ifPresent(builder::initrd);
            if (overlay) {
                builder.overlay(blob);
            }
            KexecImage image = builder.build();
            new Arm64ImageRules(
                            target,
                            image.segments().get(0).range().start() & 0x1f_ffff,
                            0,
                            false,
                            initrd,
                            new PhysicalRange(0, -1))
                    .assertKeptBy(image);
        } catch (MalformedInputException | KexecException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    /** Any bytes, or a tree of which some bytes are others. */
    private static byte[] tree(FuzzedDataProvider data) throws IOException {
        if (data.consumeBoolean()) {
            return data.consumeRemainingAsBytes();
        }
        Content sound = Arm64Machines.tree(Arm64Machines.GIB);
        byte[] tree = sound.copy(0, (int) sound.size());
        while (data.remainingBytes() > 2) {
            tree[data.consumeInt(0, tree.length - 1)] = data.consumeByte();
        }
        return tree;
    }
}

package io.kexec4j.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.arm64.Arm64Machines;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DeviceTreeOverlaysTest {
    private static final Target MACHINE = Arm64Machines.virt(Arm64Machines.GIB).build();

    /** Sets a property of a node. */
    private static Content overlay(String path, String property, String value) {
        EditableTree tree = EditableTree.empty();
        tree.root()
                .add("fragment@0")
                .set("target-path", PropertyValue.ofStrings(path))
                .add("__overlay__")
                .set(property, PropertyValue.ofStrings(value));
        return Content.of(tree.write());
    }

    private static KexecImageBuilder builder(Target target) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(KernelFile.parse(Content.of(new Arm64Images().bytes())))
                .commandLine("quiet");
    }

    private static Fdt tree(KexecImage image) throws IOException {
        return DeviceTrees.read(
                image.segment(SegmentRole.DEVICE_TREE).orElseThrow().content());
    }

    @Test
    void areAppliedInOrderToTheRunningKernelsTree() throws IOException {
        Fdt tree = tree(builder(MACHINE)
                .overlay(overlay("/psci", "status", "disabled"))
                .overlay(overlay("/psci", "status", "okay"))
                .build());

        assertThat(tree.node("/psci")
                        .orElseThrow()
                        .property("status")
                        .orElseThrow()
                        .asString())
                .isEqualTo("okay");
    }

    @Test
    void areAppliedToTheUsersTree() throws IOException {
        EditableTree users = EditableTree.empty();
        users.root().add("board");

        Fdt tree = tree(builder(MACHINE)
                .deviceTree(Content.of(users.write()))
                .overlay(overlay("/board", "model", "x"))
                .build());

        assertThat(tree.node("/board").orElseThrow().property("model")).contains(PropertyValue.ofStrings("x"));
        assertThat(tree.node("/psci")).isEmpty();
    }

    /** What /chosen says of the start is decided by the loader. */
    @Test
    void comeBeforeTheHandOver() throws IOException {
        Fdt tree = tree(builder(MACHINE)
                .overlay(overlay("/chosen", "bootargs", "of the overlay"))
                .build());

        assertThat(tree.node("/chosen")
                        .orElseThrow()
                        .property("bootargs")
                        .orElseThrow()
                        .asString())
                .isEqualTo("quiet");
    }

    @Test
    void mustFit() throws IOException {
        KexecImageBuilder builder = builder(MACHINE).overlay(overlay("/nowhere", "x", "y"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("/nowhere");
    }

    @Test
    void needATree() throws IOException {
        Target bare =
                Arm64Machines.with(new PhysicalRange(0x4000_0000, 0x6000_0000)).build();
        KexecImageBuilder builder = builder(bare).overlay(overlay("/", "x", "y"));

        assertThatThrownBy(builder::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("an overlay needs a device tree");
    }
}

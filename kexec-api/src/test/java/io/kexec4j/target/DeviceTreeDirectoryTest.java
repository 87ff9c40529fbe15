package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.target.DeviceTreeDirectory.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A device tree that Linux shows as a directory. */
class DeviceTreeDirectoryTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/sys/kernel/arch", "aarch64\n");
        write("proc/iomem", "40000000-7fffffff : System RAM\n");
        property("name", "00");
        property("compatible", "6c696e75782c64756d6d792d7669727400");
        property("#size-cells", "00000002");
        property("#address-cells", "00000002");
        property("uart@9000000/name", "7561727400");
        property("uart@9000000/reg", "00000000090000000000000000001000");
        property("uart@9000000/dma-coherent", "");
        property("chosen/name", "63686f73656e00");
    }

    private void property(String name, String hex) throws IOException {
        write("proc/device-tree/" + name, "");
        Files.write(root.resolve("proc/device-tree/" + name), HexFormat.of().parseHex(hex));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private Fdt tree() throws IOException {
        Content blob = TargetFiles.below(root).read().deviceTree().orElseThrow();
        return Fdt.readStrictly(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
    }

    private void assertMalformed(String message) {
        assertThatThrownBy(() -> TargetFiles.below(root).read())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void itIsSortedAndWithoutWhatLinuxAdds() throws IOException {
        Fdt tree = tree();
        assertThat(tree.all()).extracting(FdtNode::path).containsExactly("/", "/chosen", "/uart@9000000");
        assertThat(tree.root().properties())
                .extracting(Property::name)
                .containsExactly("#address-cells", "#size-cells", "compatible");
        assertThat(tree.node("/chosen").orElseThrow().properties()).isEmpty();
        FdtNode uart = tree.node("/uart@9000000").orElseThrow();
        assertThat(uart.properties()).extracting(Property::name).containsExactly("dma-coherent", "reg");
        assertThat(uart.property("reg")).contains(PropertyValue.ofU64(0x9000000, 0x1000));
        assertThat(uart.property("dma-coherent")).contains(PropertyValue.EMPTY);
        assertThat(tree.reservations()).isEmpty();
        assertThat(tree.bootCpuid()).isZero();
    }

    @Test
    void theBlobIsPreferred() throws IOException {
        EditableTree other = EditableTree.empty();
        other.root().set("model", PropertyValue.ofStrings("blob"));
        Fdt blob = other.flatten();
        Path file = root.resolve("sys/firmware/fdt");
        Files.createDirectories(file.getParent());
        Files.write(file, Content.of(blob.bytes()).copy(0, blob.header().totalSize()));
        assertThat(TargetFiles.below(root).read().deviceTree()).contains(Content.of(blob.bytes()));
        Files.delete(file);
        assertThat(tree().node("/chosen")).isPresent();
    }

    @Test
    void aDamagedBlobIsNotReplaced() throws IOException {
        write("sys/firmware/fdt", "not a tree");
        assertMalformed("sys/firmware/fdt: ");
    }

    @Test
    void aLinkToTheDirectoryIsFollowed() throws IOException {
        Path real = root.resolve("sys/firmware/devicetree/base");
        Files.createDirectories(real.getParent());
        Files.move(root.resolve("proc/device-tree"), real);
        Files.createSymbolicLink(root.resolve("proc/device-tree"), real);
        assertThat(tree().node("/uart@9000000")).isPresent();
    }

    @Test
    void noDirectoryAndAnEmptyOneAreNoTree() throws IOException {
        try (var below = Files.walk(root.resolve("proc/device-tree"))) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        assertThat(TargetFiles.below(root).read().deviceTree()).isEmpty();
        Files.createDirectories(root.resolve("proc/device-tree"));
        assertThat(TargetFiles.below(root).read().deviceTree()).isEmpty();
    }

    @Test
    void aCaptureIsReadAsTheSameTree(@TempDir Path copy) throws IOException {
        Files.createDirectories(root.resolve("proc/device-tree/empty@1"));
        Files.createDirectories(root.resolve("proc/device-tree/empty@1/name#1"));
        property("empty@1/name", "656d70747900");
        property("uart@9000000/clock", "00000001");
        property("uart@9000000/clock#1/reg", "00000001");
        property("uart@9000000/clock#1/name", "636c6f636b00");
        property("twice/x", "00");
        property("twice#1/x", "01");
        Target original = TargetFiles.below(root).read();
        TargetFiles.below(root).capture(copy.resolve("machine"));
        assertThat(copy.resolve("machine/proc/device-tree/chosen/name"))
                .hasBinaryContent(new byte[] {'c', 'h', 'o', 's', 'e', 'n', 0});
        assertThat(copy.resolve("machine/proc/device-tree/uart@9000000/clock#1/reg"))
                .isRegularFile();
        assertThat(TargetFiles.below(copy.resolve("machine")).read()).isEqualTo(original);
        TargetFiles.below(copy.resolve("machine")).capture(copy.resolve("again"));
        assertThat(TargetFiles.below(copy.resolve("again")).read()).isEqualTo(original);
    }

    /** Linux puts #1 behind the name of a node that lies beside a property of that name, or beside another such node. */
    @Test
    void nodesThatLinuxHadToRename() throws IOException {
        property("uart@9000000/clock", "00000001");
        property("uart@9000000/clock#1/reg", "00000001");
        property("twice/x", "00");
        property("twice#1/x", "01");
        Content blob = TargetFiles.below(root).read().deviceTree().orElseThrow();
        Fdt tree = Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
        assertThat(tree.node("/uart@9000000/clock")).isPresent();
        assertThat(tree.node("/uart@9000000").orElseThrow().property("clock")).isPresent();
        assertThat(tree.node("/twice")).isPresent();
        assertThat(tree.node("/twice#1")).isPresent();
    }

    @Test
    void itIsBounded() throws IOException {
        RootFiles files = new RootFiles(root);
        assertThat(DeviceTreeDirectory.read(files, new Limits(2, 10, 41))).isPresent();
        assertRefused(new Limits(1, 10, 41), "proc/device-tree/chosen: a device tree must be at most 1 nodes deep");
        assertRefused(new Limits(2, 9, 41), "a device tree must have at most 9 nodes and properties");
        assertRefused(new Limits(2, 10, 40), "reg: a device tree must have at most 40 bytes");
    }

    private void assertRefused(Limits limits, String message) {
        assertThatThrownBy(() -> DeviceTreeDirectory.read(new RootFiles(root), limits))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"63, true", "64, false", "65, false"})
    void linuxHas64Levels(int below, boolean accepted) throws IOException {
        property("a/".repeat(below) + "x", "00");
        if (accepted) {
            assertThat(tree().node("/a".repeat(below))).isPresent();
        } else {
            assertMalformed("at most 64 nodes deep");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "\u00e4", "\u4e2d", "a\tb"})
    void aNameThatNoTreeHasIsRefused(String name) throws IOException {
        property(name, "00");
        assertMalformed("a name in a device tree must be of printable characters of ASCII");
    }

    @Test
    void linksAreNoNodes() throws IOException {
        Path loop = root.resolve("proc/device-tree/chosen/loop");
        Files.createSymbolicLink(loop, root.resolve("proc/device-tree"));
        assertMalformed("proc/device-tree/chosen/loop: there must be a file, but this is a directory");
    }

    @Test
    void theEndOfALongPathIsNamed() throws IOException {
        String deep = "node@0123456789abcdef/".repeat(30);
        property(deep + "bad name", "00");
        assertMalformed("node@0123456789abcdef/bad name: a name");
    }

    @Test
    void aCaptureIsNotMixedWithAnotherTree(@TempDir Path copy) throws IOException {
        Files.createDirectories(copy.resolve("proc/device-tree"));
        assertThatThrownBy(() -> TargetFiles.below(root).capture(copy)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(copy.resolve("proc")).isDirectoryNotContaining(file -> !file.endsWith("device-tree"));
    }
}

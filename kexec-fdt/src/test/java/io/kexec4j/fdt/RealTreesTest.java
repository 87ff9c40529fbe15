package io.kexec4j.fdt;

import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_LENGTH;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_START;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_LENGTH;
import static io.kexec4j.fdt.SpecificationRule.UNIT_ADDRESS_WITHOUT_REG;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All device trees of Debian's kernels for arm, arm64 and riscv64: about 1,400. */
class RealTreesTest {
    /** How many files fdtoverlay has made, which leaves other bytes than zero in the padding. */
    private static final int MOST_WITH_OTHER_PADDING = 3;

    @Test
    void readAndWrittenTheyAreIdentical() throws Exception {
        List<Path> different = new ArrayList<>();
        for (Path file : Corpus.trees()) {
            Fdt tree = Fdt.read(file);
            ByteBuffer written = tree.edit().write();
            if (!written.equals(ByteBuffer.wrap(Files.readAllBytes(file)))) {
                different.add(file);
                assertThat(written.remaining())
                        .as("%s", file)
                        .isEqualTo(tree.header().totalSize());
                assertThat(Walk.of(Fdt.read(written))).isEqualTo(Walk.of(tree));
            }
        }
        assertThat(different).hasSizeLessThanOrEqualTo(MOST_WITH_OTHER_PADDING);
    }

    @Test
    void everythingIsFoundInTheBlobAndInTheEditableTree() throws Exception {
        for (Path file : Corpus.trees()) {
            Fdt tree = Fdt.read(file);
            EditableTree editable = tree.edit();
            for (Node node : (Iterable<Node>) tree.nodes()::iterator) {
                String path = node.path();
                assertThat(tree.node(path)).as(path).hasValue((FdtNode) node);
                assertThat(editable.node(path).map(Node::path)).hasValue(path);
                assertThat(editable.nodeOfAnyUnit(path).map(Node::path))
                        .isEqualTo(tree.nodeOfAnyUnit(path).map(Node::path));
                if (node.phandle().isPresent()) {
                    int phandle = node.phandle().get();
                    assertThat(tree.nodeByPhandle(phandle)).hasValue((FdtNode) node);
                    assertThat(editable.nodeByPhandle(phandle).map(Node::path)).hasValue(path);
                }
            }
        }
    }

    /** Names that are too long, or that begin with a digit, and the like: never that the blob itself is malformed. */
    @Test
    void theyBreakRulesAboutNamesOnly() throws Exception {
        Map<SpecificationRule, Path> broken = new EnumMap<>(SpecificationRule.class);
        for (Path file : Corpus.trees()) {
            for (Violation violation : SpecificationRules.check(Fdt.read(file))) {
                broken.putIfAbsent(violation.rule(), file);
                assertThat(violation.offset()).isPositive();
                assertThat(violation.path()).as("%s: %s", file, violation).isPresent();
            }
        }
        Set<SpecificationRule> expected =
                EnumSet.of(NODE_NAME_LENGTH, NODE_NAME_START, UNIT_ADDRESS_WITHOUT_REG, PROPERTY_NAME_LENGTH);
        assertThat(broken.keySet()).as("%s", broken).isEqualTo(expected);
    }

    /** Each 50th tree: the paths, the names of properties and the values of some nodes, by path with and without unit, by alias. */
    @Test
    void fdtgetFindsTheSame() throws Exception {
        Random random = new Random(1);
        List<Path> files = Corpus.trees();
        for (int i = 0; i < files.size(); i += 50) {
            Path file = files.get(i);
            Fdt tree = Fdt.read(file);
            List<Node> nodes = tree.nodes().toList();
            for (int k = 0; k < 4; k++) {
                Node node = nodes.get(random.nextInt(nodes.size()));
                compare(tree, file, node.path());
                compare(tree, file, node.path().replaceAll("@[^/]*", ""));
            }
            Optional<? extends Node> aliases = tree.node("/aliases");
            if (aliases.isPresent()) {
                for (Property alias :
                        aliases.get().properties().stream().limit(2).toList()) {
                    compare(tree, file, alias.name());
                }
            }
        }
    }

    private static void compare(Fdt tree, Path file, String path) throws Exception {
        FdtNode node = tree.nodeOfAnyUnit(path).orElse(null);
        if (node == null) {
            // The first of several nodes of one base name has other children than the one that the path was made of.
            Corpus.Result result = Corpus.run(Corpus.tool("fdtget"), "-p", file, path);
            assertThat(result.status()).as("%s %s", file, path).isNotZero();
            assertThat(result.output()).contains("FDT_ERR_NOTFOUND");
            return;
        }
        assertThat(lines(Corpus.tool("fdtget", "-p", file, path)))
                .as("%s %s", file, path)
                .isEqualTo(node.properties().stream().map(Property::name).toList());
        assertThat(lines(Corpus.tool("fdtget", "-l", file, path)))
                .as("%s %s", file, path)
                .isEqualTo(node.children().stream().map(Node::name).toList());
        for (Property property : node.properties().stream().limit(3).toList()) {
            StringBuilder hex = new StringBuilder();
            for (byte each : property.value().toByteArray()) {
                hex.append(hex.length() == 0 ? "" : " ").append(Integer.toHexString(Byte.toUnsignedInt(each)));
            }
            assertThat(Corpus.tool("fdtget", "-t", "bx", file, path, property.name())
                            .strip())
                    .as("%s %s %s", file, path, property.name())
                    .isEqualTo(hex.toString());
        }
    }

    private static List<String> lines(String text) {
        return Stream.of(text.split("\n", -1)).filter(line -> !line.isEmpty()).toList();
    }
}

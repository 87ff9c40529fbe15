package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kexec4j.fdt.ModelTree.ModelNode;
import io.kexec4j.fdt.ModelTree.Placed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random edits of a tree and of a slow model of it: after each, all lookups answer the same, so the indexes are right. */
class EditsAgainstModelTest {
    private static final List<String> NAMES = List.of(
            "a", "b", "a@1", "a@2", "b@1", "c@1,2", "a@1@2", "aliases", "chosen", "n0", "n1", "n2", "n3", "n4", "n5");
    private static final List<String> PROPERTIES =
            List.of("phandle", "linux,phandle", "compatible", "reg", "s0", "s1", "p0", "p1", "p2", "p3", "p4", "p5");

    private final ModelTree model = new ModelTree();
    private EditableTree tree = EditableTree.empty();
    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyEditLeavesTheSameTree(int seed) throws Exception {
        random = new Random(seed);
        for (int step = 0; step < 160; step++) {
            edit();
            // Sometimes several edits between lookups, so that indexes are also made anew.
            if (random.nextInt(4) != 0) {
                compare(tree);
            }
            if (step % 20 == 19) {
                compare(Fdt.read(tree.write()));
                compare(tree.copy());
                compare(Fdt.read(tree.write()).edit());
            }
        }
    }

    /** Properties of a tree that comes from a blob stay there until they are touched, and may be several of one name. */
    @ParameterizedTest
    @ValueSource(ints = {11, 12, 13, 14, 15, 16, 17, 18})
    void everyEditOfABlobLeavesTheSameTree(int seed) throws Exception {
        random = new Random(seed);
        tree = namesakes().edit();
        for (int step = 0; step < 160; step++) {
            if (step % 16 == 15) {
                tree = Fdt.read(tree.write()).edit();
            }
            edit();
            if (random.nextInt(4) == 0) {
                compare(tree);
            }
            if (step % 8 == 7) {
                compare(Fdt.read(tree.write()));
                compare(tree.copy());
            }
        }
    }

    /** Three nodes with up to 15 properties each, not all of another name, in a blob and in the model. */
    private Fdt namesakes() throws FdtException {
        RawBlob blob = new RawBlob().begin("");
        fill(blob, model.root);
        for (String name : List.of("a", "b@1")) {
            ModelNode child = new ModelNode(name);
            model.root.children.add(child);
            blob.begin(name);
            fill(blob, child);
            blob.end();
        }
        return blob.end().finish().read();
    }

    private void fill(RawBlob blob, ModelNode node) {
        for (int left = random.nextInt(16); left > 0; left--) {
            String name = pick(PROPERTIES);
            PropertyValue value = value(name);
            node.properties.add(new Property(name, value));
            blob.property(name, new String(value.toByteArray(), StandardCharsets.ISO_8859_1));
        }
    }

    private void edit() {
        List<Placed> all = model.all();
        ModelNode node = all.get(random.nextInt(all.size())).node();
        EditableNode same = at(node);
        String property = pick(PROPERTIES);
        switch (random.nextInt(all.size() > 60 ? 14 : 10)) {
            case 0, 1, 2 -> {
                PropertyValue value = value(property);
                node.set(property, value);
                assertThat(same.set(property, value)).isSameAs(same);
            }
            case 3 -> add(node, same);
            case 4 -> insert(node, same);
            case 5 -> {
                int at = node.indexOf(property);
                if (at >= 0) {
                    node.properties.remove(at);
                }
                assertThat(same.unset(property)).isEqualTo(at >= 0);
            }
            case 6 -> renameProperty(node, same, property);
            case 7 -> rename(node, same);
            case 8 -> move(node, same, all.get(random.nextInt(all.size())).node());
            case 9 -> copy(node, same, all.get(random.nextInt(all.size())).node());
            default -> remove(node, same);
        }
    }

    private void add(ModelNode node, EditableNode same) {
        String name = pick(NAMES);
        if (has(node, name)) {
            refused(() -> same.add(name));
            assertThat(same.childOrAdd(name).name()).isEqualTo(name);
        } else {
            node.children.add(new ModelNode(name));
            same.add(name);
        }
    }

    private void insert(ModelNode node, EditableNode same) {
        String name = pick(NAMES);
        String property = pick(PROPERTIES);
        if (!node.children.isEmpty() && !has(node, name)) {
            int before = random.nextInt(node.children.size());
            EditableNode behind = same.children().get(before);
            node.children.add(before, new ModelNode(name));
            same.insert(name, behind);
        }
        if (!node.properties.isEmpty() && node.indexOf(property) < 0) {
            String behind =
                    node.properties.get(random.nextInt(node.properties.size())).name();
            PropertyValue value = value(property);
            node.properties.add(node.indexOf(behind), new Property(property, value));
            same.insert(property, value, behind);
        }
    }

    private void renameProperty(ModelNode node, EditableNode same, String property) {
        String renamed = pick(PROPERTIES);
        int at = node.indexOf(property);
        if (at < 0 || (node.indexOf(renamed) >= 0 && !renamed.equals(property))) {
            refused(() -> same.rename(property, renamed));
        } else {
            refused(() -> same.rename(property, ""));
            node.properties.set(
                    at, new Property(renamed, node.properties.get(at).value()));
            same.rename(property, renamed);
        }
    }

    private void rename(ModelNode node, EditableNode same) {
        String renamed = pick(NAMES);
        Optional<ModelNode> parent = model.parent(node);
        if (parent.isEmpty()) {
            assertThatIllegalStateException().isThrownBy(() -> same.rename(renamed));
        } else if (has(parent.get(), renamed) && !renamed.equals(node.name)) {
            refused(() -> same.rename(renamed));
        } else {
            refused(() -> same.rename("a/b"));
            node.name = renamed;
            same.rename(renamed);
        }
    }

    private void move(ModelNode node, EditableNode same, ModelNode target) {
        EditableNode sameTarget = at(target);
        ModelNode parent = model.parent(node).orElse(null);
        if (parent == null) {
            assertThatIllegalStateException().isThrownBy(() -> same.moveTo(sameTarget));
        } else if (node.isOrHas(target) || (parent != target && has(target, node.name))) {
            refused(() -> same.moveTo(sameTarget));
        } else if (target.children.isEmpty() || random.nextBoolean()) {
            parent.children.remove(node);
            target.children.add(node);
            same.moveTo(sameTarget);
        } else {
            ModelNode before = target.children.get(random.nextInt(target.children.size()));
            EditableNode sameBefore = at(before);
            if (before == node) {
                refused(() -> same.moveBefore(sameBefore));
            } else {
                parent.children.remove(node);
                target.children.add(target.children.indexOf(before), node);
                same.moveBefore(sameBefore);
            }
        }
    }

    private void copy(ModelNode node, EditableNode same, ModelNode target) {
        EditableNode sameTarget = at(target);
        if (node == model.root || has(target, node.name)) {
            refused(() -> sameTarget.addCopy(same));
        } else {
            target.children.add(node.copy());
            sameTarget.addCopy(same);
        }
    }

    private void remove(ModelNode node, EditableNode same) {
        Optional<ModelNode> parent = model.parent(node);
        if (parent.isEmpty()) {
            assertThatIllegalStateException().isThrownBy(same::remove);
        } else {
            parent.get().children.remove(node);
            same.remove();
            same.set("phandle", PropertyValue.ofCells(1));
            assertThat(same.parent()).isEmpty();
        }
    }

    private static void refused(ThrowingCallable edit) {
        assertThatIllegalArgumentException().isThrownBy(edit);
    }

    private static boolean has(ModelNode node, String child) {
        return node.children.stream().anyMatch(each -> each.name.equals(child));
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** The node of the tree that stands where one of the model does. */
    private EditableNode at(ModelNode node) {
        String path = model.all().stream()
                .filter(placed -> placed.node() == node)
                .map(Placed::path)
                .findFirst()
                .orElseThrow();
        return tree.node(path).orElseThrow();
    }

    private PropertyValue value(String property) {
        return switch (property) {
            case "phandle", "linux,phandle" ->
                random.nextInt(8) == 0
                        ? PropertyValue.ofU64(random.nextInt(4))
                        : PropertyValue.ofCells(random.nextInt(14) - 1);
            case "compatible" ->
                random.nextInt(8) == 0
                        ? PropertyValue.of(new byte[] {'x', 0, 'y'})
                        : PropertyValue.ofStrings(pick(List.of("x", "y", "")), pick(List.of("x", "z")));
            case "s0", "s1" -> PropertyValue.ofStrings(pick(List.of("/a", "/b/a@1", "s0", "/a@1/b", "/", "/n1/a")));
            default -> PropertyValue.ofCells(random.nextInt(3));
        };
    }

    private void compare(DeviceTree other) {
        List<Placed> all = model.all();
        assertThat(other.nodes().map(Node::path)).isEqualTo(paths(all));
        for (Placed placed : all) {
            Node node = other.node(placed.path()).orElseThrow();
            assertThat(node.path()).isEqualTo(placed.path());
            assertThat(node.properties()).isEqualTo(placed.node().properties);
            assertThat(node.phandle()).isEqualTo(placed.node().phandle());
            for (String property : PROPERTIES) {
                assertThat(node.property(property)).isEqualTo(placed.node().property(property));
            }
        }
        compareLookups(other);
        comparePaths(other, all);
    }

    private void compareLookups(DeviceTree other) {
        for (int phandle = -1; phandle < 14; phandle++) {
            assertThat(other.nodeByPhandle(phandle).map(Node::path)).isEqualTo(model.byPhandle(phandle));
        }
        for (String string : List.of("x", "y", "z", "", "w")) {
            assertThat(other.compatibleWith(string).stream().map(Node::path)).isEqualTo(model.compatibleWith(string));
        }
        for (String property : PROPERTIES) {
            PropertyValue value = value(property);
            assertThat(other.nodesWith(property).stream().map(Node::path)).isEqualTo(model.with(property));
            assertThat(other.nodesWith(property, value).stream().map(Node::path))
                    .isEqualTo(model.with(property, value));
        }
    }

    private void comparePaths(DeviceTree other, List<Placed> all) {
        for (int i = 0; i < 30; i++) {
            String start = pick(List.of("", "s0", "s1", "reg", "p0", "/" + pick(NAMES), pick(paths(all))));
            String path =
                    start + pick(List.of("", "/")) + "/" + pick(NAMES) + pick(List.of("", "/", "//" + pick(NAMES)));
            assertThat(other.node(path).map(Node::path)).as(path).isEqualTo(model.find(path, false));
            assertThat(other.nodeOfAnyUnit(path).map(Node::path)).as(path).isEqualTo(model.find(path, true));
        }
    }

    private static List<String> paths(List<Placed> all) {
        return all.stream().map(Placed::path).toList();
    }
}

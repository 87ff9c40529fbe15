package io.kexec4j.fdt;

import static io.kexec4j.fdt.SpecificationRule.DATA_AFTER_END;
import static io.kexec4j.fdt.SpecificationRule.NO_ROOT;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_AFTER_CHILD;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_OUTSIDE;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules about the order of the tokens: a second walk over those that the reader found to make a tree. */
final class TokenRules {
    private final Fdt tree;
    private final Blob blob;
    private final List<Violation> found;
    private int position;

    /** The node that the walk is in, -1 outside of the root; and how many have begun. */
    private int node = Structure.NONE;

    private int begun;

    private TokenRules(Fdt tree, List<Violation> found) {
        this.tree = tree;
        this.blob = tree.blob();
        this.found = found;
        this.position = tree.header().structureOffset();
    }

    static void check(Fdt tree, List<Violation> found) {
        new TokenRules(tree, found).check();
    }

    /** Where the structure block ends: what its header says, or FDT_END if that says nothing. */
    static int end(Fdt tree) {
        if (tree.header().version() != FdtHeader.OLDEST_VERSION) {
            return tree.header().structureEnd();
        }
        TokenRules walk = new TokenRules(tree, new ArrayList<>());
        walk.walk();
        return walk.position;
    }

    private void check() {
        walk();
        if (begun == 0) {
            found.add(new Violation(NO_ROOT, position - Token.SIZE, Optional.empty(), Optional.empty()));
        }
        boolean sized = tree.header().version() != FdtHeader.OLDEST_VERSION;
        if (sized && position != tree.header().structureEnd()) {
            found.add(new Violation(DATA_AFTER_END, position, Optional.empty(), Optional.empty()));
        }
    }

    /** Goes to behind FDT_END. */
    private void walk() {
        for (int token = token(); token != Token.END; token = token()) {
            switch (token) {
                case Token.BEGIN_NODE -> {
                    node = begun++;
                    position = Token.align(position + blob.length(position) + 1);
                }
                case Token.END_NODE -> node = tree.structure().parent(node);
                case Token.PROP -> property(position - Token.SIZE);
                default -> {}
            }
        }
    }

    private int token() {
        int token = blob.intAt(position);
        position += Token.SIZE;
        return token;
    }

    private void property(int at) {
        if (node == Structure.NONE) {
            found.add(violation(PROPERTY_OUTSIDE, at, Optional.empty()));
        } else if (tree.structure().firstChild(node) != Structure.NONE
                && tree.structure().nameOffset(tree.structure().firstChild(node)) < at) {
            found.add(violation(PROPERTY_AFTER_CHILD, at, Optional.of(new FdtNode(tree, node))));
        }
        position = Token.align(at + Token.PROP_HEADER + blob.intAt(at + 4));
    }

    private Violation violation(SpecificationRule rule, int at, Optional<FdtNode> where) {
        int name = tree.header().stringsOffset() + blob.intAt(at + 8);
        return new Violation(rule, at, where, Optional.of(blob.latin1(name)));
    }
}

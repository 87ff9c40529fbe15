package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads what stands between the braces of a node, and of all nodes in it. */
final class BodyReader {
    private final Lexer lexer;
    private final ValueReader values;
    private final SourceTree tree;
    private final Budget budget;
    private final Deque<SourceNode> open = new ArrayDeque<>();

    BodyReader(Lexer lexer, ValueReader values, SourceTree tree, Budget budget) {
        this.lexer = lexer;
        this.values = values;
        this.tree = tree;
        this.budget = budget;
    }

    /** What stands before something: labels, and whether it may be left out. */
    private record Prefix(List<Token> labels, boolean omitted) {}

    /** Reads <code>{ ... };</code> into a node. */
    void read(SourceNode node) throws DtsException {
        lexer.expect("{");
        open.push(node);
        while (!open.isEmpty()) {
            Prefix prefix = prefix();
            Token token = lexer.next();
            boolean isPlain = prefix.labels().isEmpty() && !prefix.omitted();
            if (token.isSymbol("}") && isPlain) {
                lexer.expect(";");
                open.pop();
            } else if (token.is(Kind.NAME)) {
                named(prefix, token);
            } else if (token.isKeyword(Keywords.DELETE_NODE)) {
                SourceNode deletion = new SourceNode(name().text(), token.at());
                deletion.setDeleted(true);
                open.element().add(deletion);
                lexer.expect(";");
            } else if (token.isKeyword(Keywords.DELETE_PROPERTY) && !prefix.omitted()) {
                SourceProperty deletion = new SourceProperty(name().text(), new SourceValue(budget), token.at());
                deletion.delete();
                add(deletion);
                lexer.expect(";");
            } else {
                throw Lexer.unexpected(token, isPlain ? "a property, a node or }" : "a property or a node");
            }
        }
    }

    private Prefix prefix() throws DtsException {
        List<Token> labels = new ArrayList<>(0);
        boolean omitted = false;
        while (true) {
            if (lexer.peek().is(Kind.LABEL)) {
                labels.add(lexer.next());
            } else if (lexer.nextIfKeyword(Keywords.OMIT)) {
                omitted = true;
            } else {
                return new Prefix(labels, omitted);
            }
        }
    }

    private Token name() throws DtsException {
        return lexer.expect(Kind.NAME, "a name");
    }

    private void named(Prefix prefix, Token name) throws DtsException {
        if (lexer.nextIf("{")) {
            SourceNode node = new SourceNode(name.text(), name.at());
            node.labels().addWritten(prefix.labels());
            prefix.labels().forEach(label -> tree.register(node, label.text()));
            if (prefix.omitted()) {
                node.omitIfUnreferenced();
            }
            open.element().add(node);
            open.push(node);
            return;
        }
        if (prefix.omitted()) {
            throw new DtsException(name.at(), "only a node can be omitted if it is not referred to");
        }
        SourceProperty property = new SourceProperty(name.text(), value(), name.at());
        property.labels().addWritten(prefix.labels());
        add(property);
    }

    private SourceValue value() throws DtsException {
        if (lexer.nextIf("=")) {
            return values.read();
        }
        Token end = lexer.next();
        if (!end.isSymbol(";")) {
            throw Lexer.unexpected(end, "=, ; or {");
        }
        return new SourceValue(budget);
    }

    private void add(SourceProperty property) throws DtsException {
        if (!open.element().children().isEmpty()) {
            throw new DtsException(property.at(), "the properties of a node stand before the nodes in it");
        }
        open.element().add(property);
    }
}

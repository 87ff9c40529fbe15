package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.dts.Token.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole source: its header, its reservations, and the definitions of its nodes (DTSpec v0.4, section 6.3). */
final class SourceReader {
    private final Lexer lexer;
    private final Budget budget;
    private final SourceTree tree;
    private final BodyReader bodies;
    private final List<MemoryReservation> reservations = new ArrayList<>();
    private boolean plugin;
    private int fragments;

    SourceReader(Lexer lexer, DtsFiles files, Budget budget) throws DtsException {
        this.lexer = lexer;
        this.budget = budget;
        this.tree = new SourceTree(lexer.peek().at());
        this.bodies = new BodyReader(lexer, new ValueReader(lexer, files, budget), tree, budget);
    }

    void read() throws DtsException {
        readHeader();
        readReservations();
        Token first = lexer.peek();
        if (!first.isSymbol("/") && !first.is(Kind.REFERENCE)) {
            throw Lexer.unexpected(first, "the root node, / { ... };");
        }
        if (first.is(Kind.REFERENCE) && !plugin) {
            // Not even the root, before it is defined.
            throw notFound(first);
        }
        if (lexer.nextIf("/")) {
            // There is nothing yet to merge it with.
            bodies.read(tree.root());
        }
        while (!lexer.peek().is(Kind.END)) {
            readStatement();
        }
    }

    SourceTree tree() {
        return tree;
    }

    List<MemoryReservation> reservations() {
        return reservations;
    }

    boolean isPlugin() {
        return plugin;
    }

    /** Reads {@code /dts-v1/;} and perhaps {@code /plugin/;}, which included files may repeat. */
    private void readHeader() throws DtsException {
        Token first = lexer.peek();
        if (!first.isKeyword(Keywords.VERSION)) {
            throw Lexer.unexpected(first, "/dts-v1/;");
        }
        for (int i = 0; lexer.peek().isKeyword(Keywords.VERSION); i++) {
            DtsPosition at = lexer.next().at();
            lexer.expect(";");
            boolean declared = lexer.nextIfKeyword(Keywords.PLUGIN);
            if (declared) {
                lexer.expect(";");
            }
            if (i > 0 && declared != plugin) {
                throw new DtsException(at, "all headers say /plugin/, or none does");
            }
            plugin = declared;
        }
    }

    private void readReservations() throws DtsException {
        while (lexer.peek().is(Kind.LABEL) || lexer.peek().isKeyword(Keywords.RESERVE)) {
            Token token = lexer.next();
            if (token.isKeyword(Keywords.RESERVE)) {
                long address = Expression.read(lexer);
                long size = Expression.read(lexer);
                if (size == 0) {
                    throw new DtsException(token.at(), "a reservation of size 0 would end the list of them");
                }
                budget.take(2 * Long.BYTES, token.at());
                reservations.add(new MemoryReservation(address, size));
                lexer.expect(";");
            } else if (!lexer.peek().is(Kind.LABEL) && !lexer.peek().isKeyword(Keywords.RESERVE)) {
                throw Lexer.unexpected(lexer.peek(), Keywords.RESERVE);
            }
        }
    }

    private void readStatement() throws DtsException {
        Token token = lexer.next();
        if (token.isSymbol("/")) {
            define(tree.root(), token.at());
        } else if (token.is(Kind.REFERENCE)) {
            defineReferenced(token);
        } else if (token.is(Kind.LABEL)) {
            SourceNode target = existing(lexer.expect(Kind.REFERENCE, "a reference to a node"));
            tree.addLabel(target, token.text());
            define(target, token.at());
        } else if (token.isKeyword(Keywords.DELETE_NODE)) {
            SourceTree.delete(deletable(lexer.expect(Kind.REFERENCE, "a reference to a node")));
            lexer.expect(";");
        } else if (token.isKeyword(Keywords.OMIT)) {
            deletable(lexer.expect(Kind.REFERENCE, "a reference to a node")).omitIfUnreferenced();
            lexer.expect(";");
        } else {
            throw Lexer.unexpected(token, "a node");
        }
    }

    private void define(SourceNode target, DtsPosition at) throws DtsException {
        SourceNode definition = new SourceNode(target.name(), at);
        bodies.read(definition);
        tree.merge(target, definition);
    }

    /** Extends a node, or, if a plugin speaks of a node of its base, adds a fragment that will. */
    private void defineReferenced(Token reference) throws DtsException {
        SourceNode target = plugin && isPath(reference) ? null : tree.find(reference.text());
        if (target != null) {
            define(target, reference.at());
        } else if (!plugin) {
            throw notFound(reference);
        } else {
            addFragment(reference);
        }
    }

    private void addFragment(Token reference) throws DtsException {
        verifyAbsolute(reference);
        SourceNode overlay = new SourceNode("__overlay__", reference.at());
        bodies.read(overlay);
        SourceNode fragment = new SourceNode("fragment@" + fragments, reference.at());
        fragments++;
        SourceValue target = new SourceValue(budget);
        if (isPath(reference)) {
            target.put((reference.text() + '\0').getBytes(StandardCharsets.ISO_8859_1), reference.at());
        } else {
            target.putPhandle(reference);
        }
        fragment.add(new SourceProperty(isPath(reference) ? "target-path" : "target", target, reference.at()));
        fragment.add(overlay);
        tree.root().add(fragment);
    }

    private SourceNode existing(Token reference) throws DtsException {
        verifyAbsolute(reference);
        return find(reference);
    }

    private SourceNode deletable(Token reference) throws DtsException {
        SourceNode node = find(reference);
        if (node == tree.root()) {
            throw new DtsException(reference.at(), "the root cannot be deleted");
        }
        return node;
    }

    private SourceNode find(Token reference) throws DtsException {
        SourceNode node = tree.find(reference.text());
        if (node == null) {
            throw notFound(reference);
        }
        return node;
    }

    private void verifyAbsolute(Token reference) throws DtsException {
        if (plugin && reference.text().indexOf('/') > 0) {
            throw new DtsException(reference.at(), "a plugin cannot refer to a path below a label");
        }
    }

    private static boolean isPath(Token reference) {
        return reference.text().startsWith("/");
    }

    private static DtsException notFound(Token reference) {
        return new DtsException(reference.at(), "there is no node " + reference.text());
    }
}

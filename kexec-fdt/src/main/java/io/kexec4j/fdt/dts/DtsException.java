package io.kexec4j.fdt.dts;

import java.io.IOException;

/**
 * A device tree source that breaks a rule: of the language, or of what a tree can be. It says which {@linkplain #rule()
 * rule}, and {@linkplain #position() where}. Whatever the text, it is the only exception that it can cause.
 *
 * <p>It is not an {@link io.kexec4j.fdt.FdtException}: that one speaks of a tree, by offsets in a blob and by paths, this one
 * of a text, by files and lines, and there is no tree yet.
 */
public final class DtsException extends IOException {
    private static final long serialVersionUID = 1;

    /** What kind of rule is broken. */
    public enum Kind {
        /** The language: the text cannot be read to its end, a file cannot be included, or a limit of size is exceeded. */
        SYNTAX,
        /** What a tree can be: the text was read, and speaks of no tree, as with two nodes of the same name. */
        TREE
    }

    /** The kind of the rule. */
    private final Kind kind;

    /** What must hold. */
    private final String rule;

    /** The file; the position as a whole is not serializable. */
    private final String file;

    /** The line, from 1. */
    private final int line;

    /** The column, from 1. */
    private final int column;

    DtsException(DtsPosition position, String rule) {
        this(Kind.SYNTAX, position, rule);
    }

    private DtsException(Kind kind, DtsPosition position, String rule) {
        super(position + ": " + rule);
        this.kind = kind;
        this.rule = rule;
        this.file = position.file();
        this.line = position.line();
        this.column = position.column();
    }

    DtsException(DtsPosition position, String rule, Throwable cause) {
        this(position, rule);
        initCause(cause);
    }

    static DtsException ofTree(DtsPosition position, String rule) {
        return new DtsException(Kind.TREE, position, rule);
    }

    /**
     * {@return what kind of rule is broken: whether a text is no source, or a source of no tree}
     */
    public Kind kind() {
        return kind;
    }

    /**
     * {@return what must hold, or what was found instead: the message without the place}
     */
    public String rule() {
        return rule;
    }

    /**
     * {@return where the rule is broken}
     */
    public DtsPosition position() {
        return new DtsPosition(file, line, column);
    }
}

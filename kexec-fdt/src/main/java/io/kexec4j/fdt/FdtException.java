package io.kexec4j.fdt;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A device tree that breaks a rule: a blob that is malformed, a value that is not of the form its property demands, an
 * overlay that does not fit. It says which {@linkplain #error() kind} of error it is, the {@linkplain #rule() rule}, and
 * where: the offset in the blob, the path of the node and the name of the property, as far as they are known. Whatever the
 * bytes, it is the only exception that they can cause.
 */
public final class FdtException extends IOException {
    private static final long serialVersionUID = 1;

    /** What kind of error it is. */
    private final FdtError error;

    /** What must hold. */
    private final String rule;

    /** Where in the blob, or -1. */
    private final long offset;

    /** The path of the node, if it is about one. */
    private final @Nullable String path;

    /** The name of the property, if it is about one. */
    private final @Nullable String property;

    private FdtException(FdtError error, String rule, long offset, @Nullable String path, @Nullable String property) {
        super(message(error, rule, offset, path, property));
        this.error = error;
        this.rule = rule;
        this.offset = offset;
        this.path = path;
        this.property = property;
    }

    /**
     * {@return an error whose place is not known, or only further out}
     *
     * @param error the kind of error
     * @param rule what must hold, or what was found instead
     */
    public static FdtException of(FdtError error, String rule) {
        return new FdtException(error, rule, -1, null, null);
    }

    /**
     * {@return an error at a place of a blob}
     *
     * @param error the kind of error
     * @param offset where, in bytes from the start of the blob, at least 0
     * @param rule what must hold there, or what was found instead
     */
    public static FdtException at(FdtError error, long offset, String rule) {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative: " + offset);
        }
        return new FdtException(error, rule, offset, null, null);
    }

    /**
     * {@return an error of a node}
     *
     * @param error the kind of error
     * @param path the path of the node
     * @param rule what must hold there, or what was found instead
     */
    public static FdtException in(FdtError error, String path, String rule) {
        return new FdtException(error, rule, -1, path, null);
    }

    /**
     * {@return an error of a property}
     *
     * @param error the kind of error
     * @param path the path of the node
     * @param property the name of the property
     * @param rule what must hold there, or what was found instead
     */
    public static FdtException in(FdtError error, String path, String property, String rule) {
        return new FdtException(error, rule, -1, path, property);
    }

    /** A broken rule of the specification. */
    static FdtException of(Violation violation) {
        return new FdtException(
                FdtError.SPECIFICATION,
                violation.rule().text(),
                violation.offset(),
                violation.path().orElse(null),
                violation.property().orElse(null));
    }

    /**
     * {@return this error, of a property: for those who know whose value it was that could not be read}
     *
     * @param node the path of the node
     * @param name the name of the property
     */
    public FdtException placed(String node, String name) {
        FdtException placed = new FdtException(error, rule, offset, node, name);
        placed.setStackTrace(getStackTrace());
        return placed;
    }

    /**
     * {@return what kind of error it is}
     */
    public FdtError error() {
        return error;
    }

    /**
     * {@return what must hold, or what was found instead: the message without the place}
     */
    public String rule() {
        return rule;
    }

    /**
     * {@return where in the blob the rule is broken, in bytes from its start; empty if the tree was not read from one}
     */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /**
     * {@return the path of the node that breaks the rule}
     */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }

    /**
     * {@return the name of the property that breaks the rule}
     */
    public Optional<String> property() {
        return Optional.ofNullable(property);
    }

    private static String message(
            FdtError error, String rule, long offset, @Nullable String path, @Nullable String property) {
        StringBuilder text = new StringBuilder(rule).append(" (").append(error);
        if (path != null) {
            text.append(", node ").append(path);
        }
        if (property != null) {
            text.append(", property ").append(property);
        }
        if (offset >= 0) {
            text.append(", offset 0x").append(Long.toHexString(offset));
        }
        return text.append(')').toString();
    }
}

package io.kexec4j.fdt;

import java.util.Objects;
import java.util.Optional;

/**
 * A place where a blob breaks a rule of the Devicetree Specification.
 *
 * @param rule the rule
 * @param offset where in the blob, in bytes from its start: of a field of the header, of an entry, of a token or of a name
 * @param node the node that it is about, if it is about one
 * @param property the name of the property that it is about, if it is about one
 */
public record Violation(SpecificationRule rule, int offset, Optional<FdtNode> node, Optional<String> property) {
    /**
     * Creates a violation.
     *
     * @param rule the rule
     * @param offset where in the blob, in bytes from its start
     * @param node the node, if it is about one
     * @param property the name of the property, if it is about one
     */
    public Violation {
        Objects.requireNonNull(rule);
        Objects.requireNonNull(node);
        Objects.requireNonNull(property);
    }

    /**
     * {@return the path of the node that it is about, if it is about one}
     */
    public Optional<String> path() {
        return node.map(FdtNode::path);
    }

    /** This violation as an error, for those who want nothing that breaks a rule. */
    FdtException toException() {
        return FdtException.of(this);
    }

    /** Rule, section and place on one line. */
    @Override
    public String toString() {
        return toException().getMessage() + ", section " + rule.section();
    }
}

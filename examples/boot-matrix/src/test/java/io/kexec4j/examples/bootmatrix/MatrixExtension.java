package io.kexec4j.examples.bootmatrix;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the one {@link Matrix} of a test run to every test that asks for it, and closes it behind the last one. */
final class MatrixExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Matrix.class;
    }

    @Override
    public Matrix resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(MatrixExtension.class))
                .getOrComputeIfAbsent(Matrix.class, key -> new Matrix(), Matrix.class);
    }
}

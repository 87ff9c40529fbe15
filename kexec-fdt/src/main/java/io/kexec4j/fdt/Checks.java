package io.kexec4j.fdt;

/**
 * What must hold of the bytes of a blob. It is checked for each token, several times, so this is no method of {@link
 * FdtException}: HotSpot compiles no method of an exception into its callers.
 */
final class Checks {
    private Checks() {}

    /** Throws unless {@code condition} holds. Call it with a constant rule: a composed one is built every time. */
    static void verify(boolean condition, FdtError error, long offset, String rule) throws FdtException {
        if (!condition) {
            throw FdtException.at(error, offset, rule);
        }
    }
}

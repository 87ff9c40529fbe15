package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.Node;
import java.util.Optional;

/**
 * The console that the tree names: {@code stdout-path} of /chosen, such as {@code serial0:115200n8}.
 *
 * @param path the part before the first ':', a path that may begin with an alias
 * @param options the part behind it, for the driver: speed, parity and bits of a serial port
 * @param node the node at the path; empty if there is none
 */
public record StandardOutput(String path, Optional<String> options, Optional<Node> node) {}

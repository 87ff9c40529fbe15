package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.Node;

/**
 * An interrupt, as one node of the interrupt tree knows it.
 *
 * @param parent that node: an interrupt controller, or a nexus, which passes it on
 * @param specifier which of its interrupts, in as many cells as its {@code #interrupt-cells} says
 * @param unitAddress the address of the device, or of the nexus that passed it on, for which a nexus may ask; no cells if
 *     there is none
 */
public record Interrupt(Node parent, Cells specifier, Cells unitAddress) {}

/**
 * ELF files as values: reading, and linking a relocatable object at an address.
 */
@NullMarked
package io.kexec4j.elf;

import org.jspecify.annotations.NullMarked;

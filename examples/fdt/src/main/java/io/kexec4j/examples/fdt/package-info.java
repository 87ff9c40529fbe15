/** The commands for device trees on kexec-fdt: options in, calls out. Start reading at FdtCommand. */
@NullMarked
package io.kexec4j.examples.fdt;

import org.jspecify.annotations.NullMarked;

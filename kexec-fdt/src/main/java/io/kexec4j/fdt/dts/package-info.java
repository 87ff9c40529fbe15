/** Device tree sources. */
@NullMarked
package io.kexec4j.fdt.dts;

import org.jspecify.annotations.NullMarked;

/** The list of all architectures: the one place that knows the package of each. */
@NullMarked
package io.kexec4j.boot.all;

import org.jspecify.annotations.NullMarked;

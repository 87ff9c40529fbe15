/** The list of all architectures: the one place that knows the package of each. A new architecture is a line there. */
@NullMarked
package io.kexec4j.architectures;

import org.jspecify.annotations.NullMarked;

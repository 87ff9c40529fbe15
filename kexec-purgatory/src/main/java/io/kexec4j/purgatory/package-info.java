/**
 * The purgatory: the code that runs between two kernels.
 */
@NullMarked
package io.kexec4j.purgatory;

import org.jspecify.annotations.NullMarked;

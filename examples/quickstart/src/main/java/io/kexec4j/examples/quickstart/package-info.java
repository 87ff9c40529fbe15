/** The first image in ten minutes: a machine described by hand, a kernel that comes along, and the plan on the terminal. */
@NullMarked
package io.kexec4j.examples.quickstart;

import org.jspecify.annotations.NullMarked;

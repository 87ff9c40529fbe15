/** The kexec command on the SDK: options in, calls out. Start reading at KexecCommand. */
@NullMarked
package io.kexec4j.examples.cli;

import org.jspecify.annotations.NullMarked;

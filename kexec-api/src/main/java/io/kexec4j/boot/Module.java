package io.kexec4j.boot;

import io.kexec4j.bytes.Content;

/**
 * A file that a kernel finds in memory besides itself, as multiboot has them.
 *
 * @param content its bytes
 * @param arguments the text that comes with it, passed on as UTF-8; often a name first
 */
public record Module(Content content, String arguments) {
    /**
     * Checks the text.
     *
     * @param content its bytes
     * @param arguments the text that comes with it
     * @throws IllegalArgumentException if the text holds a NUL character, where its reader would end it
     */
    public Module {
        if (arguments.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the arguments of a module must not hold a NUL character");
        }
    }
}

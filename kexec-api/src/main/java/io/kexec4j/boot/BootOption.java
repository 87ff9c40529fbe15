package io.kexec4j.boot;

/**
 * A decision of the user that only some protocols know. Each architecture has an enum of its own that implements this. A
 * protocol says which it {@linkplain BootProtocol#honours honours}; to ask another one for it is an error.
 */
public interface BootOption {
    /**
     * {@return the option in words, as it appears in messages}
     */
    String label();
}

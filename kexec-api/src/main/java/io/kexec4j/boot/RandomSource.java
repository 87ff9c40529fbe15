package io.kexec4j.boot;

import java.security.SecureRandom;

/** Where the random bytes of an image come from, such as the seed for the second kernel's random number generator. */
@FunctionalInterface
public interface RandomSource {
    /**
     * Fills an array with random bytes.
     *
     * @param bytes what to fill
     */
    void fill(byte[] bytes);

    /**
     * {@return the system's cryptographic source}
     */
    static RandomSource system() {
        return new SecureRandom()::nextBytes;
    }
}

package io.kexec4j.linux.bad.image;

import io.kexec4j.linux.bad.memory.Lower;
import java.util.Optional;

/** Uses a lower floor, which it may. */
public final class Upper {
    /** Not needed. */
    public final Optional<Lower> lower = Optional.empty();

    /** Uses the lower floor. */
    public void use(Lower other) {
        other.upper();
    }
}

package io.kexec4j.linux.bad.boot.x86;

import com.sun.jna.Function;
import com.sun.jna.IntegerType;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;

/** Breaks a rule on purpose: shows types of a library in every place of a signature, and hides one as it should. */
public abstract class LeaksThirdParty<T extends IntegerType> implements Library {
    /** A field. */
    protected final Optional<Pointer> pointer = Optional.empty();

    /** A parameter, a result, and what is thrown. */
    public abstract List<NativeLong> leak(Memory[] memory, T number) throws LastErrorException;

    abstract Function hidden();
}

package io.kexec4j.elf;

import java.util.Map;
import java.util.Objects;

/**
 * A relocatable object that has been linked at an address: bytes ready to be copied there. Global variables can be set with
 * {@link #patch}, which is how a loader hands parameters to a program that it links.
 *
 * <p>Immutable.
 */
public final class LinkedObject {
    /**
     * A global symbol that the object defines.
     *
     * @param target its name and address
     * @param size its size in bytes, unsigned
     * @param hasContent whether it lies in the content, and not in .bss or nowhere
     */
    record Definition(Fixup.Target target, long size, boolean hasContent) {}

    private final long address;
    private final long memorySize;
    private final byte[] content;
    private final Map<String, Definition> definitions;

    /** The arguments are not copied. */
    LinkedObject(long address, long memorySize, byte[] content, Map<String, Definition> definitions) {
        this.address = address;
        this.memorySize = memorySize;
        this.content = content;
        this.definitions = definitions;
    }

    /**
     * {@return the address of the first byte, unsigned}
     */
    public long address() {
        return address;
    }

    /**
     * {@return the size in memory in bytes; what exceeds the content must be zero}
     */
    public long memorySize() {
        return memorySize;
    }

    /**
     * {@return a copy of the content: relocated, with all patches}
     */
    public byte[] content() {
        return content.clone();
    }

    /**
     * Looks up a global or weak symbol that the object defines. For ppc64, {@code .TOC.} is the TOC base, and where the symbol of a
     * function is that of a descriptor, the name with a dot before it is its code: see {@link RelocatableObject}.
     *
     * @param name the symbol's name
     * @return its address, unsigned
     * @throws IllegalArgumentException if the object defines no such symbol, or not as a global one
     */
    public long symbolAddress(String name) {
        return definition(name).target().at(address);
    }

    /**
     * Looks up a global or weak symbol that the object defines.
     *
     * @param name the symbol's name
     * @return its size in bytes, 0 if the object does not say
     * @throws IllegalArgumentException if the object defines no such symbol, or not as a global one
     */
    public long symbolSize(String name) {
        return definition(name).size();
    }

    /**
     * Sets a variable.
     *
     * @param symbol the name of a global or weak symbol that lies in the content
     * @param value the new bytes, in the byte order of the target, as many as the symbol's size
     * @return an object that differs in these bytes
     * @throws IllegalArgumentException if the object defines no such symbol, if it has no content (.bss, an absolute value, a function descriptor), or
     *     if it has another size
     */
    public LinkedObject patch(String symbol, byte[] value) {
        Definition definition = definition(symbol);
        if (!definition.hasContent()) {
            throw new IllegalArgumentException(
                    "symbol " + symbol + " has no content to set: put it into .data, not .bss");
        }
        if (definition.size() != value.length) {
            throw new IllegalArgumentException("symbol %s has %s bytes, but the value to set has %d"
                    .formatted(symbol, Long.toUnsignedString(definition.size()), value.length));
        }
        byte[] patched = content.clone();
        System.arraycopy(value, 0, patched, (int) definition.target().value(), value.length);
        return new LinkedObject(address, memorySize, patched, definitions);
    }

    private Definition definition(String name) {
        Definition definition = definitions.get(Objects.requireNonNull(name, "name"));
        if (definition == null) {
            throw new IllegalArgumentException("the object defines no global symbol " + name);
        }
        return definition;
    }
}

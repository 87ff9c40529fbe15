package io.kexec4j.target;

import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.Vmcoreinfo;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the running kernel says that it lies (kernel/vmcore_info.c). What it says in a form that is not known, it does not say.
 *
 * @param text what it says, if it says anything
 */
record KernelDescription(Optional<Vmcoreinfo> text) {
    /** Where x86 with 64 bits has the physical address {@code phys_base} ({@code __START_KERNEL_map}). */
    private static final long START_KERNEL_MAP = 0xffffffff80000000L;

    private interface Value {
        OptionalLong of(Vmcoreinfo text) throws ElfFormatException;
    }

    static KernelDescription of(ByteBuffer note) {
        try {
            return new KernelDescription(Optional.of(Vmcoreinfo.parse(note)));
        } catch (ElfFormatException e) {
            return new KernelDescription(Optional.empty());
        }
    }

    /** The address of a symbol, if it is told. */
    OptionalLong symbol(String name) {
        return value(info -> info.symbol(name));
    }

    /** Virtual address minus physical address in the mapping of the kernel itself, if it is told: by arm64, and by x86. */
    OptionalLong mappingOffset() {
        OptionalLong arm64 = value(info -> info.number("kimage_voffset"));
        if (arm64.isPresent()) {
            return arm64;
        }
        OptionalLong x86 = value(info -> info.number("phys_base"));
        return x86.isPresent() ? OptionalLong.of(START_KERNEL_MAP - x86.getAsLong()) : OptionalLong.empty();
    }

    private OptionalLong value(Value value) {
        try {
            return text.isPresent() ? value.of(text.get()) : OptionalLong.empty();
        } catch (ElfFormatException e) {
            return OptionalLong.empty();
        }
    }
}

package io.kexec4j.purgatory;

import io.kexec4j.elf.RelocatableObject;
import java.io.InputStream;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The purgatory for x86_64, a relocatable object that lies in this jar.
 *
 * <pre>{@code
 * X86Purgatory purgatory = X86Purgatory.instance();
 * long address = allocate(purgatory.memorySize(), 4096);
 * LinkedPurgatory linked = purgatory.link(
 *         address,
 *         X86PurgatorySettings.builder(X86Registers.linux64(kernel + 0x200, bootParams))
 *                 .checks(checks)
 *                 .console(new SerialConsole(SerialConsole.COM1, 115_200))
 *                 .build());
 * }</pre>
 *
 * <p>Immutable.
 */
public final class X86Purgatory extends Purgatory {
    static final String RESOURCE = "x86_64.o";
    static final String STACK_END = "purgatory_stack_end";

    private static final long FOUR_GIB = 1L << Integer.SIZE;
    private static final long ONE_MIB = 1L << 20;

    private static @Nullable X86Purgatory instance;

    private X86Purgatory(RelocatableObject object) {
        super(object, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns the purgatory. It is read from this library's jar when it is first needed, and again if that failed.
     *
     * @return the purgatory
     * @throws IllegalStateException if the jar is incomplete or damaged, so that there is no sound object in it
     */
    public static synchronized X86Purgatory instance() {
        X86Purgatory known = instance;
        if (known == null) {
            known = read(X86Purgatory.class.getResourceAsStream(RESOURCE));
            instance = known;
        }
        return known;
    }

    /**
     * Links it at an address, with its parameters. Depends on nothing but the arguments: the same ones give the same bytes.
     *
     * @param address physical address of its first byte, unsigned, a multiple of {@link #alignment()}; also above 4 GiB, unless the
     *     kernel is entered in 32-bit mode or in real mode
     * @param settings what it shall do
     * @return the segment
     * @throws IllegalArgumentException if the address is not aligned, if the purgatory would reach beyond the last address or,
     *     with {@link X86Registers32}, beyond 4 GiB or, with {@link X86RealMode}, beyond 1 MiB, or if a check covers memory of the purgatory, which changes while it runs,
     *     or the copy does, which would change it
     * @throws IllegalStateException if the object in this library's jar is not the one that this class was made for
     */
    public LinkedPurgatory link(long address, X86PurgatorySettings settings) {
        if (settings.exit() instanceof X86Registers32) {
            refuseAbove(FOUR_GIB, "enter a kernel in 32-bit mode, it does not end below 4 GiB", address);
        }
        if (settings.exit() instanceof X86RealMode) {
            refuseAbove(ONE_MIB, "enter a kernel in real mode, it does not end below 1 MiB", address);
        }
        return link(
                address,
                settings.checks(),
                settings.onMismatch(),
                settings.backup(),
                linked -> X86Parameters.of(settings, linked.symbolAddress(STACK_END)));
    }

    /** The code that leaves long mode goes on at the address where it is. */
    private void refuseAbove(long limit, String consequence, long address) {
        if (Long.compareUnsigned(address, limit - memorySize()) > 0) {
            throw new IllegalArgumentException(
                    "a purgatory of 0x%x bytes at 0x%x cannot %s".formatted(memorySize(), address, consequence));
        }
    }

    /** Reads the object; the stream is null if there is none, and is closed. */
    static X86Purgatory read(@Nullable InputStream stream) {
        return new X86Purgatory(read(RESOURCE, stream));
    }
}

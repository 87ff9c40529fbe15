package io.kexec4j.purgatory;

import io.kexec4j.elf.RelocatableObject;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The purgatories for ppc64, one a byte order, each a relocatable object that lies in this jar. They run in real mode, where memory is
 * cached and every address is physical, as Linux leaves the processor; on guests of a hypervisor and on machines without one.
 *
 * <pre>{@code
 * Ppc64Purgatory purgatory = Ppc64Purgatory.of(ByteOrder.LITTLE_ENDIAN);
 * long address = allocate(purgatory.memorySize(), pageSize);
 * LinkedPurgatory linked = purgatory.link(
 *         address,
 *         Ppc64PurgatorySettings.builder(new Ppc64Exit(kernel, deviceTree, Optional.empty()), kernelHead)
 *                 .checks(checks)
 *                 .console(new HypervisorConsole(0x7100_0000))
 *                 .rtas(new RtasFirmware(rtasBase, rtasEntry, systemReboot))
 *                 .build());
 * }</pre>
 *
 * <p>Real mode reaches all memory of a machine without a hypervisor, and of a guest with radix page tables. Of a guest with hashed page
 * tables it may only reach the first block of memory (the real mode area): the purgatory, all that it verifies or copies, the device
 * tree and the kernel must lie there.
 *
 * <p>Immutable.
 */
public final class Ppc64Purgatory extends Purgatory {
    /** How many bytes of a kernel the running one copies to physical address 0, from the start of the purgatory. */
    public static final int KERNEL_HEAD_SIZE = 0x100;

    private static final Map<ByteOrder, Ppc64Purgatory> INSTANCES = new HashMap<>();

    private Ppc64Purgatory(RelocatableObject object, ByteOrder order) {
        super(object, order);
    }

    /**
     * Returns the purgatory of a byte order. It is read from this library's jar when it is first needed, and again if that failed.
     *
     * @param order the byte order of the running kernel, which starts the purgatory; the one to be started may have the other
     * @return the purgatory
     * @throws IllegalStateException if the jar is incomplete or damaged, so that there is no sound object in it
     */
    public static synchronized Ppc64Purgatory of(ByteOrder order) {
        Ppc64Purgatory known = INSTANCES.get(order);
        if (known == null) {
            known = read(order, Ppc64Purgatory.class.getResourceAsStream(resource(order)));
            INSTANCES.put(order, known);
        }
        return known;
    }

    static String resource(ByteOrder order) {
        return order.equals(ByteOrder.LITTLE_ENDIAN) ? "ppc64le.o" : "ppc64.o";
    }

    /** Reads the object; the stream is null if there is none, and is closed. */
    static Ppc64Purgatory read(ByteOrder order, @Nullable InputStream stream) {
        return new Ppc64Purgatory(read(resource(order), stream), order);
    }

    /**
     * Links it at an address, with its parameters. Depends on nothing but the arguments: the same ones give the same bytes.
     *
     * @param address physical address of its first byte, unsigned, a multiple of {@link #alignment()}. It must be the entry point of the
     *     image, and the start of a segment
     * @param settings what it shall do
     * @return the segment; its entry is its first byte
     * @throws IllegalArgumentException if the address is not aligned, if the purgatory would reach beyond the last address, or if a
     *     check covers memory of the purgatory, which changes while it runs, or the copy does, which would change it
     * @throws IllegalStateException if the object in this library's jar is not the one that this class was made for
     */
    public LinkedPurgatory link(long address, Ppc64PurgatorySettings settings) {
        return link(
                address,
                settings.checks(),
                settings.onMismatch(),
                settings.backup(),
                linked -> Ppc64Parameters.of(settings, order()));
    }
}

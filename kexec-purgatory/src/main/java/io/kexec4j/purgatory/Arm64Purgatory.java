package io.kexec4j.purgatory;

import io.kexec4j.elf.RelocatableObject;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The purgatory for arm64, a relocatable object that lies in this jar. It runs at EL1 and at EL2, and counts on a processor whose
 * MMU and data cache are off, as Linux leaves it.
 *
 * <pre>{@code
 * Arm64Purgatory purgatory = Arm64Purgatory.instance();
 * long address = allocate(purgatory.memorySize(), pageSize);
 * LinkedPurgatory linked = purgatory.link(
 *         address,
 *         Arm64PurgatorySettings.builder(new Arm64Exit(kernel, deviceTree))
 *                 .checks(checks)
 *                 .console(MmioUart.pl011(0x900_0000))
 *                 .psci(PsciConduit.SMC)
 *                 .build());
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Arm64Purgatory extends Purgatory {
    static final String RESOURCE = "arm64.o";

    private static @Nullable Arm64Purgatory instance;

    private Arm64Purgatory(RelocatableObject object) {
        super(object, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns the purgatory. It is read from this library's jar when it is first needed, and again if that failed.
     *
     * @return the purgatory
     * @throws IllegalStateException if the jar is incomplete or damaged, so that there is no sound object in it
     */
    public static synchronized Arm64Purgatory instance() {
        Arm64Purgatory known = instance;
        if (known == null) {
            known = read(Arm64Purgatory.class.getResourceAsStream(RESOURCE));
            instance = known;
        }
        return known;
    }

    /** Reads the object; the stream is null if there is none, and is closed. */
    static Arm64Purgatory read(@Nullable InputStream stream) {
        return new Arm64Purgatory(read(RESOURCE, stream));
    }

    /**
     * Links it at an address, with its parameters. Depends on nothing but the arguments: the same ones give the same bytes.
     *
     * @param address physical address of its first byte, unsigned, a multiple of {@link #alignment()}. No other segment may have
     *     a part of its pages
     * @param settings what it shall do
     * @return the segment
     * @throws IllegalArgumentException if the address is not aligned, if the purgatory would reach beyond the last address, or if a
     *     check covers memory of the purgatory, which changes while it runs
     * @throws IllegalStateException if the object in this library's jar is not the one that this class was made for
     */
    public LinkedPurgatory link(long address, Arm64PurgatorySettings settings) {
        return link(
                address,
                settings.checks(),
                settings.onMismatch(),
                Optional.empty(),
                linked -> Arm64Parameters.of(settings));
    }
}

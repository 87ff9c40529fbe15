package io.kexec4j.purgatory;

import java.io.InputStream;
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
public final class Arm64Purgatory {
    /** How many segments can be checked: as many as the kernel accepts in an image (KEXEC_SEGMENT_MAX). */
    public static final int MAX_CHECKS = PurgatoryObject.MAX_CHECKS;

    static final String RESOURCE = "arm64.o";

    private static @Nullable Arm64Purgatory instance;

    private final PurgatoryObject object;

    private Arm64Purgatory(PurgatoryObject object) {
        this.object = object;
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
        return new Arm64Purgatory(PurgatoryObject.read(RESOURCE, stream));
    }

    /**
     * {@return the size that it will have in memory in bytes, not negative; most of it is for page tables}
     */
    public long memorySize() {
        return object.object().memorySize();
    }

    /**
     * {@return the size of its content in bytes, at most {@link #memorySize()}; the memory behind it must be zero}
     */
    public long contentSize() {
        return object.object().contentSize();
    }

    /**
     * {@return the alignment in bytes that its address must have, a power of two and not larger than a page}
     */
    public long alignment() {
        return object.object().alignment();
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
        return object.link(address, settings.checks(), settings.onMismatch(), linked -> Arm64Parameters.of(settings));
    }
}

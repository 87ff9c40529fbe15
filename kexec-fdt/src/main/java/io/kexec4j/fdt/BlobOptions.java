package io.kexec4j.fdt;

/**
 * How a blob is written: its version, and room in it for whoever edits it in place later.
 *
 * @param version 17, or 16 for readers that know nothing newer
 * @param padding bytes added at the end, at least 0: dtc's -p
 * @param minimumSize the size that the blob has at least: dtc's -S
 * @param alignment the size is a multiple of this power of two: dtc's -a
 * @param reservationSlots unused entries of the reservation block, at least 0: dtc's -R
 */
public record BlobOptions(int version, int padding, int minimumSize, int alignment, int reservationSlots) {
    /** Version 17, and no room. */
    public static final BlobOptions DEFAULT = new BlobOptions(17, 0, 0, 1, 0);

    /**
     * Creates options.
     *
     * @param version 16 or 17
     * @param padding bytes added at the end
     * @param minimumSize the size that the blob has at least
     * @param alignment a power of two
     * @param reservationSlots unused entries of the reservation block
     * @throws IllegalArgumentException if one is out of its range
     */
    public BlobOptions {
        if (version != FdtHeader.OLDEST_VERSION && version != FdtHeader.NEWEST_VERSION) {
            throw new IllegalArgumentException("versions 16 and 17 can be written, not " + version);
        }
        if (padding < 0 || minimumSize < 0 || reservationSlots < 0) {
            throw new IllegalArgumentException("room is at least 0 bytes");
        }
        if (Integer.bitCount(alignment) != 1 || alignment < 0) {
            throw new IllegalArgumentException("an alignment is a power of two, not " + alignment);
        }
    }

    /**
     * {@return the same with another version}
     *
     * @param changed 16 or 17
     */
    public BlobOptions withVersion(int changed) {
        return new BlobOptions(changed, padding, minimumSize, alignment, reservationSlots);
    }

    /**
     * {@return the same with other padding}
     *
     * @param changed bytes added at the end
     */
    public BlobOptions withPadding(int changed) {
        return new BlobOptions(version, changed, minimumSize, alignment, reservationSlots);
    }

    /**
     * {@return the same with another least size}
     *
     * @param changed the size that the blob has at least
     */
    public BlobOptions withMinimumSize(int changed) {
        return new BlobOptions(version, padding, changed, alignment, reservationSlots);
    }

    /**
     * {@return the same with another alignment of the size}
     *
     * @param changed a power of two
     */
    public BlobOptions withAlignment(int changed) {
        return new BlobOptions(version, padding, minimumSize, changed, reservationSlots);
    }

    /**
     * {@return the same with other unused entries of the reservation block}
     *
     * @param changed how many
     */
    public BlobOptions withReservationSlots(int changed) {
        return new BlobOptions(version, padding, minimumSize, alignment, changed);
    }
}

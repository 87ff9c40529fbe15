package io.kexec4j.fdt;

import static io.kexec4j.fdt.Checks.verify;
import static io.kexec4j.fdt.FdtError.ALIGNMENT;
import static io.kexec4j.fdt.FdtError.BADMAGIC;
import static io.kexec4j.fdt.FdtError.BADVERSION;
import static io.kexec4j.fdt.FdtError.TRUNCATED;

/**
 * The header of a flattened tree (Devicetree Specification v0.4, section 5.2): where its blocks lie. All numbers are offsets
 * and sizes in bytes, below 2 GiB: a larger blob is not read, as libfdt does not read one.
 *
 * @param totalSize totalsize: the size of the blob
 * @param structureOffset off_dt_struct
 * @param stringsOffset off_dt_strings
 * @param reservationsOffset off_mem_rsvmap
 * @param version version: 16 and up
 * @param lastCompatibleVersion last_comp_version: up to 17
 * @param bootCpuid boot_cpuid_phys, unsigned
 * @param stringsSize size_dt_strings
 * @param structureSize size_dt_struct; in version 16, which has no such field, all that follows the offset
 */
public record FdtHeader(
        int totalSize,
        int structureOffset,
        int stringsOffset,
        int reservationsOffset,
        int version,
        int lastCompatibleVersion,
        int bootCpuid,
        int stringsSize,
        int structureSize) {
    /** The number that a blob begins with: FDT_MAGIC. */
    public static final int MAGIC = 0xd00dfeed;

    /** The oldest version that is read. */
    public static final int OLDEST_VERSION = 16;

    /** The newest version that is known, and written. */
    public static final int NEWEST_VERSION = 17;

    /** The size of the header of version 17. */
    public static final int SIZE = 40;

    /** The size of the header of version 16: it lacks size_dt_struct. */
    static final int SIZE_16 = 36;

    private static final int SMALLEST = 28;

    /** Reads and checks the header, in the order in which libfdt checks it. */
    static FdtHeader read(Blob blob) throws FdtException {
        verify(blob.size() >= SMALLEST, TRUNCATED, blob.size(), "a device tree begins with a header of 40 bytes");
        int version = blob.intAt(20);
        int lastCompatible = blob.intAt(24);
        int size = version == OLDEST_VERSION ? SIZE_16 : SIZE;
        verify(blob.intAt(0) == MAGIC, BADMAGIC, 0, "a device tree begins with 0xd00dfeed");
        verify(Integer.compareUnsigned(version, OLDEST_VERSION) >= 0, BADVERSION, 20, "the version is 16 or newer");
        verify(
                Integer.compareUnsigned(lastCompatible, NEWEST_VERSION) <= 0,
                BADVERSION,
                24,
                "the tree can be read as version 17 or older");
        verify(
                Integer.compareUnsigned(lastCompatible, version) <= 0,
                BADVERSION,
                24,
                "last_comp_version is not newer than version");
        verify(blob.size() >= size, TRUNCATED, blob.size(), "the header is complete");
        return new Reader(blob, size).read(version, lastCompatible);
    }

    /** The end of the strings block as names are bounded: version 16 bounds them by the blob alone, as libfdt does. */
    int stringsEnd() {
        return version == OLDEST_VERSION ? totalSize : stringsOffset + stringsSize;
    }

    /** The end of the structure block, or in version 16 what it cannot pass. */
    int structureEnd() {
        return structureOffset + structureSize;
    }

    /** The checks that need the size of the header. */
    private static final class Reader {
        private final Blob blob;
        private final int size;
        private final int totalSize;

        Reader(Blob blob, int size) {
            this.blob = blob;
            this.size = size;
            this.totalSize = blob.intAt(4);
        }

        FdtHeader read(int version, int lastCompatible) throws FdtException {
            verify(totalSize >= size, TRUNCATED, 4, "totalsize holds the header and is below 2 GiB");
            int reservations = blob.intAt(16);
            int structure = blob.intAt(8);
            int strings = blob.intAt(12);
            verify(reservations % 8 == 0, ALIGNMENT, 16, "off_mem_rsvmap is a multiple of 8");
            verify(structure % 4 == 0, ALIGNMENT, 8, "off_dt_struct is a multiple of 4");
            int stringsSize = blob.intAt(32);
            verify(
                    isBlock(reservations, 0),
                    TRUNCATED,
                    16,
                    "the reservation block lies in the blob, behind the header");
            int structureSize = version == OLDEST_VERSION ? totalSize - structure : blob.intAt(36);
            verify(
                    isBlock(structure, structureSize),
                    TRUNCATED,
                    8,
                    "the structure block lies in the blob, behind the header");
            verify(
                    isBlock(strings, stringsSize),
                    TRUNCATED,
                    12,
                    "the strings block lies in the blob, behind the header");
            verify(totalSize <= blob.size(), TRUNCATED, 4, "the blob has as many bytes as totalsize says");
            return new FdtHeader(
                    totalSize,
                    structure,
                    strings,
                    reservations,
                    version,
                    lastCompatible,
                    blob.intAt(28),
                    stringsSize,
                    structureSize);
        }

        private boolean isBlock(int offset, int length) {
            return offset >= size && offset <= totalSize && length >= 0 && length <= totalSize - offset;
        }
    }
}

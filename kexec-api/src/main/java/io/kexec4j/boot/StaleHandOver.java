package io.kexec4j.boot;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a tree says of the start of the kernel that it was made for, and that is no longer true: its initrd, its own place in
 * memory, what a crashed kernel has left, and what a kernel has handed over by kexec_file_load (IMA's log, kexec handover). All of
 * this goes, with the memory reservations that belong to it; otherwise the second kernel would lose that memory, or read what
 * is no longer there.
 */
final class StaleHandOver {
    static final String INITRD_START = "linux,initrd-start";
    static final String INITRD_END = "linux,initrd-end";

    static final String ELF_CORE_HEADER = "linux,elfcorehdr";
    static final String USABLE_MEMORY = "linux,usable-memory-range";
    static final String IMA_BUFFER = "linux,ima-kexec-buffer";
    private static final String DM_CRYPT_KEYS = "linux,dmcryptkeys";

    /** Each is one range that the kernel also reserves. */
    private static final List<String> RESERVED = List.of(ELF_CORE_HEADER, IMA_BUFFER, DM_CRYPT_KEYS);

    private static final List<String> ALL = List.of(
            INITRD_START,
            INITRD_END,
            ELF_CORE_HEADER,
            IMA_BUFFER,
            DM_CRYPT_KEYS,
            USABLE_MEMORY,
            "linux,kho-fdt",
            "linux,kho-scratch");

    /** Boot loaders reserve the pages of an initrd, not only its bytes; the largest page of any architecture. */
    private static final long LARGEST_PAGE = 1 << 16;

    private static final long SMALLEST_PAGE = 1 << 12;

    private StaleHandOver() {}

    /**
     * Removes it.
     *
     * @param tree the tree
     * @param chosen its {@code /chosen}
     * @param itself the size of the blob, if the tree is that of the running kernel, which has reserved it
     * @throws FdtException if one of the properties is not what it should be
     */
    static void remove(EditableTree tree, EditableNode chosen, OptionalInt itself) throws FdtException {
        Chosen old = Chosen.of(tree).orElseThrow();
        List<MemoryReservation> stale = new ArrayList<>();
        Optional<AddressRange> initrd = old.initrd();
        for (String property : RESERVED) {
            old.range(property).ifPresent(range -> stale.add(reservation(range)));
        }
        itself.ifPresent(size -> reservationOf(tree, size).ifPresent(stale::add));
        tree.setReservations(tree.reservations().stream()
                .filter(entry -> !stale.contains(entry))
                .filter(entry -> initrd.isEmpty() || !covers(entry, initrd.get()))
                .toList());
        ALL.forEach(chosen::unset);
    }

    /**
     * The entry for the tree itself. Where it lies, only the kernel knows; so it must be the only one of that size, and the size must be
     * one that no firmware has: not of whole pages.
     */
    private static Optional<MemoryReservation> reservationOf(EditableTree tree, int size) {
        List<MemoryReservation> found = tree.reservations().stream()
                .filter(entry -> entry.size() == size && size % SMALLEST_PAGE != 0)
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static MemoryReservation reservation(AddressRange range) {
        return new MemoryReservation(range.start(), range.size());
    }

    /** Whether an entry reserves the initrd: its bytes, or its pages. */
    private static boolean covers(MemoryReservation entry, AddressRange initrd) {
        if (entry.address() != initrd.start()) {
            return false;
        }
        for (long page = 1; page <= LARGEST_PAGE; page <<= 1) {
            if (entry.size() == ((initrd.size() + page - 1) & -page)) {
                return true;
            }
        }
        return false;
    }
}

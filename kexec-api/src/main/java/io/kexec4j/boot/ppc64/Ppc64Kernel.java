package io.kexec4j.boot.ppc64;

import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.LoadSegment;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.Ppc64Purgatory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An ELF kernel. A vmlinux is linked for physical address 0, where it moves itself when it has started (arch/powerpc/kernel/head_64.S,
 * {@code __after_prom_start}), so it can be loaded anywhere. It is entered at its first byte: {@code e_entry} is a virtual address,
 * or with the ABI of big-endian kernels that of a function descriptor, and does not count. What is linked for another address, such as
 * the zImage of arch/powerpc/boot, lies there and is entered where {@code e_entry} says.
 *
 * @param pieces what is loaded, in ascending order, as it was linked
 * @param order its byte order
 * @param entry where it is entered, within the first piece
 */
record Ppc64Kernel(List<LoadSegment> pieces, ByteOrder order, long entry) {
    /** How far from the start of a kernel the word is that says whether it stays where it was loaded ({@code __run_at_load}). */
    private static final int RUN_AT_LOAD = 0x5c;

    /** What that word is in the file of a kernel that can stay: {@code run0}. */
    private static final int CAN_STAY = 0x7275_6e30;

    private static final int STAY = 1;

    /** The largest page of any kernel, and what a vmlinux is linked for. */
    private static final long ALIGNMENT = 1 << 16;

    Ppc64Kernel {
        pieces = List.copyOf(pieces);
    }

    /** Whether a file is such a kernel, as far as its format tells. */
    static boolean isOne(KernelFile file) {
        return file instanceof ElfKernel elf
                && (elf.machine() == ElfHeader.EM_PPC64 || elf.machine() == ElfHeader.EM_PPC);
    }

    /**
     * Reads what is loaded.
     *
     * @param file for which {@link #isOne} holds
     * @throws UnsupportedCombinationException if it has not got the first bytes that every kernel needs
     */
    static Ppc64Kernel of(KernelFile file) {
        ElfKernel elf = (ElfKernel) file;
        List<LoadSegment> pieces = elf.segments().stream()
                .sorted(Comparator.comparing(LoadSegment::range))
                .toList();
        LoadSegment first = pieces.get(0);
        boolean moves = first.range().start() == 0;
        long entry = moves ? 0 : elf.entry();
        if (!first.range().contains(entry)
                || first.content().size() - (entry - first.range().start()) < Ppc64Purgatory.KERNEL_HEAD_SIZE) {
            throw new UnsupportedCombinationException(
                    "a kernel for Power must have 0x%x bytes of its first segment where it is entered, at 0x%x: %s"
                            .formatted(Ppc64Purgatory.KERNEL_HEAD_SIZE, entry, elf));
        }
        return new Ppc64Kernel(pieces, elf.byteOrder(), entry);
    }

    /** Whether it can be loaded anywhere. */
    boolean mayLieAnywhere() {
        return first().range().start() == 0;
    }

    /** Whether it can stay where it was loaded. */
    boolean canStay() throws IOException {
        return mayLieAnywhere() && head().order(order).getInt(RUN_AT_LOAD) == CAN_STAY;
    }

    /** From its first byte to the end of the memory that it needs; what lies between its pieces is its own too. */
    PhysicalRange memory() {
        return new PhysicalRange(
                first().range().start(), pieces.get(pieces.size() - 1).range().end());
    }

    /** The alignment that its address must have. */
    long alignment() {
        return ALIGNMENT;
    }

    /** The same, told to stay where it is loaded. */
    Ppc64Kernel staying() throws IOException {
        ByteBuffer head = head();
        head.order(order).putInt(RUN_AT_LOAD, STAY);
        Content content = first().content();
        Content told =
                Content.concat(List.of(Content.of(head), content.slice(head.limit(), content.size() - head.limit())));
        List<LoadSegment> all = new ArrayList<>(pieces);
        all.set(0, new LoadSegment(first().range(), told));
        return new Ppc64Kernel(all, order, entry);
    }

    /** The first bytes from the entry on, which Linux copies to address 0. */
    ByteBuffer head() throws IOException {
        long offset = entry - first().range().start();
        return ByteBuffer.wrap(first().content().copy(offset, Ppc64Purgatory.KERNEL_HEAD_SIZE));
    }

    /**
     * {@return what is loaded, in whole pages}
     *
     * @param start where it lies
     * @param pageSize of the machine
     */
    List<LoadSegment> at(long start, long pageSize) {
        long distance = start - first().range().start();
        return LoadSegment.pages(
                pieces.stream().map(piece -> piece.movedBy(distance)).toList(), pageSize);
    }

    private LoadSegment first() {
        return pieces.get(0);
    }
}

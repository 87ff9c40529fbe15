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
 * @param entry where it is entered, as it was linked
 */
record Ppc64Kernel(List<LoadSegment> pieces, ByteOrder order, long entry) {
    /** How far from the start of a kernel the word is that says whether it stays where it was loaded ({@code __run_at_load}). */
    private static final int RUN_AT_LOAD = 0x5c;

    /** What that word is in the file of a kernel that can stay: {@code run0}. */
    private static final int CAN_STAY = 0x7275_6e30;

    private static final int STAY = 1;

    private static final int BRANCH_TO_ITSELF = 0x4800_0000;

    private static final int INSTRUCTION = 4;

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
     * @throws UnsupportedCombinationException if it has not got the first bytes that every kernel needs, or cannot be entered
     */
    static Ppc64Kernel of(KernelFile file) {
        ElfKernel elf = (ElfKernel) file;
        List<LoadSegment> pieces = elf.segments().stream()
                .sorted(Comparator.comparing(LoadSegment::range))
                .toList();
        LoadSegment first = pieces.get(0);
        boolean moves = first.range().start() == 0;
        if (moves && !elf.is64Bit()) {
            throw new UnsupportedCombinationException("a kernel of 32 bits does not run on a machine of 64: " + elf);
        }
        long entry = moves ? 0 : elf.entry();
        if (entry % INSTRUCTION != 0) {
            throw new UnsupportedCombinationException(
                    "a kernel is entered at an instruction, and not at 0x%x: %s".formatted(entry, elf));
        }
        if (moves && first.content().size() < Ppc64Purgatory.KERNEL_HEAD_SIZE) {
            throw new UnsupportedCombinationException(
                    "a kernel for Power must have 0x%x bytes of its first segment in the file: %s"
                            .formatted(Ppc64Purgatory.KERNEL_HEAD_SIZE, elf));
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

    /**
     * What Linux copies to address 0, where it then sends all processors but one, in big-endian mode: the first bytes of the kernel. What
     * only unpacks a kernel has nothing for them there: they wait until that is in place.
     */
    ByteBuffer head() throws IOException {
        if (mayLieAnywhere()) {
            return ByteBuffer.wrap(first().content().copy(0, Ppc64Purgatory.KERNEL_HEAD_SIZE));
        }
        ByteBuffer loops = ByteBuffer.allocate(Ppc64Purgatory.KERNEL_HEAD_SIZE).order(ByteOrder.BIG_ENDIAN);
        while (loops.hasRemaining()) {
            loops.putInt(BRANCH_TO_ITSELF);
        }
        return loops.flip();
    }

    /**
     * {@return what is loaded, in whole pages}
     *
     * @param start where it lies, if it may lie anywhere
     * @param pageSize of the machine
     */
    List<LoadSegment> at(long start, long pageSize) {
        long distance = mayLieAnywhere() ? start : 0;
        return LoadSegment.pages(
                pieces.stream().map(piece -> piece.movedBy(distance)).toList(), pageSize);
    }

    /** Where it is entered, if it lies at an address. */
    long entryAt(long start) {
        return mayLieAnywhere() ? start : entry;
    }

    private LoadSegment first() {
        return pieces.get(0);
    }
}

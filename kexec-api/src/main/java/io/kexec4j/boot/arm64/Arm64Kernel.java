package io.kexec4j.boot.arm64;

import io.kexec4j.elf.ElfHeader;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.Arm64Header;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.LoadSegment;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * A kernel as every file format has it: a header, and what lies where from the start of the kernel on. A vmlinux is linked for
 * virtual addresses, which its program headers also give as physical ones; only the distances mean something.
 *
 * @param header the first 64 bytes
 * @param pieces what is loaded, in ascending order; the ranges count from the start of the kernel
 */
record Arm64Kernel(Arm64Header header, List<LoadSegment> pieces) {
    private static final String FORMAT = "ELF file";

    /** Whether a file is such a kernel, as far as its format tells. */
    static boolean isOne(KernelFile file) {
        return file instanceof Arm64Image
                || (file instanceof ElfKernel elf && elf.machine() == ElfHeader.EM_AARCH64 && elf.is64Bit());
    }

    /**
     * Reads what is loaded.
     *
     * @param file for which {@link #isOne} holds
     * @throws MalformedInputException if an ELF file does not begin with the header of an Image, or is larger than that says
     * @throws IOException if the file has shrunk
     */
    static Arm64Kernel of(KernelFile file) throws IOException {
        if (file instanceof Arm64Image image) {
            PhysicalRange memory = new PhysicalRange(0, image.header().memorySize());
            return new Arm64Kernel(image.header(), List.of(new LoadSegment(memory, image.code())));
        }
        List<LoadSegment> linked = ((ElfKernel) file)
                .segments().stream()
                        .sorted(Comparator.comparing(LoadSegment::range))
                        .toList();
        long base = linked.get(0).range().start();
        Arm64Header header;
        try {
            header = Arm64Header.parse(linked.get(0).content());
        } catch (MalformedInputException e) {
            throw e.within("the first segment of a vmlinux");
        }
        long size = linked.get(linked.size() - 1).range().end() - base;
        if (Long.compareUnsigned(size, header.memorySize()) > 0) {
            throw new MalformedInputException(
                    FORMAT,
                    0,
                    "its segments must lie within image_size 0x%x of the header, take 0x%x"
                            .formatted(header.memorySize(), size));
        }
        return new Arm64Kernel(
                header, linked.stream().map(segment -> segment.movedBy(-base)).toList());
    }

    /**
     * {@return what is loaded, in whole pages}
     *
     * @param start where the kernel lies
     * @param pageSize of the machine
     */
    List<LoadSegment> at(long start, long pageSize) {
        return LoadSegment.pages(
                pieces.stream().map(piece -> piece.movedBy(start)).toList(), pageSize);
    }
}

package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;

/**
 * Finds the kernel in a file: takes off what it is compressed with, and chooses the parser.
 *
 * @param budget of all decompressions together
 * @param layers how many layers of compression may still be taken off
 * @param mayBeUki whether a UKI may be found
 */
record Unwrapping(Budget budget, int layers, boolean mayBeUki) {
    /** More make no sense, and each may multiply the size. */
    private static final int MOST_LAYERS = 2;

    static Unwrapping file(Decompression limits, Progress progress) {
        return new Unwrapping(new Budget(limits, progress), MOST_LAYERS, true);
    }

    static Unwrapping inUki(Budget budget) {
        return new Unwrapping(budget, MOST_LAYERS, false);
    }

    KernelFile parse(Content file) throws IOException {
        Identification found = KernelFiles.identify(file);
        if (found.format().compression().isPresent()) {
            return decompress(file, found.format().compression().get());
        }
        return switch (found.format()) {
            case BZIMAGE, ZIMAGE_X86 -> BzImage.parse(file);
            case MULTIBOOT -> MultibootKernel.parse(file);
            case ELF -> MultibootKernel.hasHeader(file) ? MultibootKernel.parse(file) : ElfKernel.parse(file);
            case ARM64_IMAGE -> Arm64Image.parse(file);
            case EFI_ZBOOT -> EfiZboot.parse(file).kernel(budget);
            case UKI -> uki(file);
            default -> throw none(found);
        };
    }

    private KernelFile uki(Content file) throws IOException {
        if (!mayBeUki) {
            throw new MalformedInputException("kernel", 0, "the kernel in a UKI must not be a UKI itself");
        }
        return Uki.parse(file, budget);
    }

    private KernelFile decompress(Content file, Compression compression) throws IOException {
        String layer = "a compressed stream (" + compression.label() + ")";
        if (layers == 0) {
            throw new MalformedInputException(
                    "kernel", 0, "a kernel must be compressed at most twice, but this is " + layer + " once more");
        }
        Content inner = budget.decompress(file, compression);
        try {
            return new Unwrapping(budget, layers - 1, mayBeUki).parse(inner);
        } catch (MalformedInputException e) {
            throw e.within(layer);
        }
    }

    private static MalformedInputException none(Identification found) {
        return new MalformedInputException(
                "kernel",
                0,
                "a kernel must be a bzImage, an arm64 Image, an ELF file, a multiboot kernel, an EFI zboot image or a UKI, but this is "
                        + found.description());
    }
}

package io.kexec4j.examples.cli;

import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.MultibootHeader;
import io.kexec4j.kernel.MultibootKernel;
import io.kexec4j.kernel.Uki;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The types of kernels that kexec-tools knows, by its names ({@code -t}). */
enum KernelType {
    BZIMAGE64("bzImage64"),
    /** By the 32-bit entry. */
    BZIMAGE("bzImage"),
    ELF64("elf-x86_64"),
    ELF32("elf-x86"),
    MULTIBOOT("multiboot-x86"),
    MULTIBOOT2("multiboot2-x86"),
    /** arm64. */
    IMAGE("Image"),
    /** arm64, as an EFI zboot image: the same, for by now the Image is out of it. */
    VMLINUZ("vmlinuz"),
    /** arm64, as an ELF file. */
    VMLINUX("vmlinux"),
    /** Power with 64 bits, of either byte order. */
    ELF_PPC64("elf-ppc64"),
    UKI("uki");

    private final String label;

    KernelType(String label) {
        this.label = label;
    }

    /** The kernel as one of this type. */
    KernelFile of(KernelFile kernel) throws IOException {
        Optional<KernelFile> found = switch (this) {
            case BZIMAGE64 ->
                kernel instanceof BzImage image && image.has64BitEntry() ? Optional.of(kernel) : Optional.empty();
            case BZIMAGE -> kernel instanceof BzImage ? Optional.of(kernel) : Optional.empty();
            case ELF64 ->
                elf(kernel)
                        .filter(ElfKernel::is64Bit)
                        .filter(elf -> elf.machine() == Architecture.X86_64.elfMachine())
                        .map(KernelFile.class::cast);
            case ELF32 -> elf(kernel).filter(elf -> !elf.is64Bit()).map(KernelFile.class::cast);
            case MULTIBOOT -> multiboot(kernel, 1);
            case MULTIBOOT2 -> multiboot(kernel, 2);
            case IMAGE, VMLINUZ -> kernel instanceof Arm64Image ? Optional.of(kernel) : Optional.empty();
            case VMLINUX ->
                elf(kernel)
                        .filter(elf -> elf.machine() == Architecture.AARCH64.elfMachine())
                        .map(KernelFile.class::cast);
            case ELF_PPC64 ->
                elf(kernel)
                        .filter(elf -> elf.machine() == Architecture.PPC64LE.elfMachine())
                        .map(KernelFile.class::cast);
            case UKI -> kernel instanceof Uki ? Optional.of(kernel) : Optional.empty();
        };
        return found.orElseThrow(() -> new IllegalArgumentException("this is no %s but: %s".formatted(label, kernel)));
    }

    private static Optional<ElfKernel> elf(KernelFile kernel) {
        if (kernel instanceof MultibootKernel multiboot) {
            return multiboot.elf();
        }
        return kernel instanceof ElfKernel elf ? Optional.of(elf) : Optional.empty();
    }

    private static Optional<KernelFile> multiboot(KernelFile kernel, int version) throws IOException {
        if (kernel instanceof MultibootKernel multiboot) {
            for (MultibootHeader header : multiboot.headers()) {
                if (header.version() == version) {
                    return Optional.of(multiboot.withHeader(header));
                }
            }
        }
        return Optional.empty();
    }

    /** From a name. */
    static final class Converter implements ITypeConverter<KernelType> {
        /** Types of kexec-tools that are not here, and why. */
        private static final Map<String, String> DEAD = Map.of(
                "beoboot-x86",
                        "'beoboot-x86' is the format of a boot loader that has been gone for long; nothing writes it",
                "nbi-x86",
                        "'nbi-x86' has never worked in kexec-tools, and what loads such network images from ROMs is gone");

        @Override
        public KernelType convert(String text) {
            String reason = DEAD.get(text);
            if (reason != null) {
                throw new TypeConversionException(reason);
            }
            return Arrays.stream(values())
                    .filter(type -> type.label.equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'%s' is none of the types %s"
                            .formatted(
                                    text,
                                    Arrays.stream(values())
                                            .map(type -> type.label)
                                            .collect(Collectors.joining(", ")))));
        }
    }
}

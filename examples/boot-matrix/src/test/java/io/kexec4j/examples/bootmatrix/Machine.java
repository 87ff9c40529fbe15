package io.kexec4j.examples.bootmatrix;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.ElfKernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What an architecture is to the lab: the machine that QEMU emulates, and the names by which its files go.
 *
 * @param architecture as the SDK has it
 * @param folder of its files in the cache: what Linux calls the folder of its code
 * @param tuple what Debian calls its folder of libraries, and its binutils
 * @param efiName what is in the names of EFI's programs (UEFI 2.10, 3.5.1.1); empty where there are none
 * @param qemu the command that emulates it, without what is the same for all
 * @param console where its kernels print
 * @param kernelFile the name of the file of a kernel in the cache, and in Debian's packages
 * @param format of that file, as the table has it
 * @param version what one of Debian's kernels for it says of itself, which begins with the release
 */
record Machine(
        Architecture architecture,
        String folder,
        String tuple,
        String efiName,
        List<String> qemu,
        String console,
        String kernelFile,
        String format,
        Version version) {
    /**
     * QEMU 7 and older emulate CMPXCHG16B so that an interrupt right behind it saves wrong flags. Linux uses it in its
     * memory allocator, and one boot in some thirty died of that. Without it, Linux disables interrupts instead.
     */
    static final Machine X86_64 = new Machine(
            Architecture.X86_64,
            "x86_64",
            "x86_64-linux-gnu",
            "x64",
            List.of("qemu-system-x86_64", "-cpu", "qemu64,-cx16"),
            "ttyS0",
            "vmlinuz",
            "bzImage",
            kernel -> BzImage.parse(kernel).versionString());

    static final Machine ARM64 = new Machine(
            Architecture.AARCH64,
            "arm64",
            "aarch64-linux-gnu",
            "aa64",
            List.of("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57"),
            "ttyAMA0",
            "vmlinuz",
            "Image",
            kernel -> Arm64Image.parse(kernel).versionString());

    /**
     * What QEMU does not emulate in software is switched off, as it would warn of it. Its small firmware saves six seconds a boot
     * beside the one that it has otherwise, which is {@link #SLOF}.
     */
    static final Machine PPC64LE = new Machine(
            Architecture.PPC64LE,
            "ppc64le",
            "powerpc64le-linux-gnu",
            "",
            List.of(
                    "qemu-system-ppc64",
                    "-M",
                    "pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off",
                    "-vga",
                    "none"),
            "hvc0",
            "vmlinux",
            "ELF vmlinux",
            Machine::elfRelease);

    /** More arguments for QEMU's pseries: an Open Firmware, with the larger device tree of one. */
    static final List<String> SLOF = List.of("-M", "x-vof=off");

    /** The same processor without a hypervisor, under OPAL. A BMC is what switches it off. */
    static final Machine POWERNV = new Machine(
            PPC64LE.architecture,
            PPC64LE.folder,
            PPC64LE.tuple,
            PPC64LE.efiName,
            List.of(
                    "qemu-system-ppc64",
                    "-M",
                    "powernv9",
                    "-vga",
                    "none",
                    "-device",
                    "ipmi-bmc-sim,id=bmc",
                    "-device",
                    "isa-ipmi-bt,bmc=bmc,irq=10"),
            PPC64LE.console,
            PPC64LE.kernelFile,
            PPC64LE.format,
            PPC64LE.version);

    /** The type of the note by which a build of Linux differs from others (LINUX_ELFNOTE_BUILD_SALT, include/linux/build-salt.h). */
    private static final int BUILD_SALT = 0x100;

    Machine {
        qemu = List.copyOf(qemu);
    }

    /** Debian takes the release for the salt. */
    private static Optional<String> elfRelease(Content kernel) throws IOException {
        Optional<ElfKernel.Note> salt = ElfKernel.parse(kernel).note("Linux", BUILD_SALT);
        if (salt.isEmpty()) {
            return Optional.empty();
        }
        Content text = salt.get().content();
        return Optional.of(new String(text.copy(0, (int) text.size() - 1), StandardCharsets.US_ASCII));
    }

    /** How the kernel of a file names itself. */
    interface Version {
        Optional<String> of(Content kernel) throws IOException;
    }

    /** What a kernel's command line begins with: where it prints, and that it resets the machine when it panics. */
    String commandLine() {
        return "console=" + console + " panic=-1";
    }
}

package io.kexec4j.examples.bootmatrix;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.BzImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What an architecture is to the lab: the machine that QEMU emulates, and the names by which its files go.
 *
 * @param architecture as the SDK has it
 * @param folder of its files in the cache: what Linux calls the folder of its code
 * @param tuple what Debian calls its folder of libraries, and its binutils
 * @param efiName what is in the names of EFI's programs (UEFI 2.10, 3.5.1.1)
 * @param qemu the command that emulates it, without what is the same for all
 * @param console where its kernels print
 * @param version what one of Debian's kernels for it says of itself, which begins with the release
 */
record Machine(
        Architecture architecture,
        String folder,
        String tuple,
        String efiName,
        List<String> qemu,
        String console,
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
            kernel -> BzImage.parse(kernel).versionString());

    static final Machine ARM64 = new Machine(
            Architecture.AARCH64,
            "arm64",
            "aarch64-linux-gnu",
            "aa64",
            List.of("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57"),
            "ttyAMA0",
            kernel -> Arm64Image.parse(kernel).versionString());

    Machine {
        qemu = List.copyOf(qemu);
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

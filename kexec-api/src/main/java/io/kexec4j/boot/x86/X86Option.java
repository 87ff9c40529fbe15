package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;

/** What can be decided about a kernel for x86 besides what all architectures share. */
public enum X86Option implements BootOption {
    /** Enter a bzImage in 32-bit mode though it has a 64-bit entry ({@code --entry-32bit}). */
    ENTRY_32BIT("entry in 32-bit mode"),
    /** Hand boot_params to an ELF program, as Linux wants them ({@code --args-linux}). */
    ARGS_LINUX("boot_params for an ELF program"),
    /** Hand ELF boot notes to an ELF program ({@code --args-elf}). */
    ARGS_ELF("ELF boot notes for an ELF program"),
    /** Hand nothing to an ELF program ({@code --args-none}). */
    ARGS_NONE("no arguments for an ELF program"),
    /** Do not hand on EFI's runtime services, so that the second kernel does without them ({@code --noefi}). */
    NO_EFI("no EFI runtime services"),
    /**
     * Hand on the screen as the firmware has set it up, though a driver has changed its mode since ({@code
     * --reuse-video-type}).
     */
    REUSE_VIDEO("the video mode of the running kernel"),
    /** Hand on the device tree of the running kernel ({@code KEXEC_FILE_FORCE_DTB}). */
    REUSE_DEVICE_TREE("the device tree of the running kernel");

    private final String label;

    X86Option(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;

/** What can be decided about a kernel for x86 besides what all architectures share. */
public enum X86Option implements BootOption {
    /** Enter a bzImage in 32-bit mode though it has a 64-bit entry ({@code --entry-32bit}). */
    ENTRY_32BIT("entry in 32-bit mode"),
    /**
     * Enter a bzImage by its 16-bit setup code in real mode, which asks the BIOS for the memory map and all else that boot_params
     * tell ({@code --real-mode}). Only a machine that was booted by a BIOS has one to ask, and only if the running kernel has left
     * the BIOS's memory alone, as Linux does; drivers may have left devices in a state that the BIOS does not expect.
     */
    REAL_MODE("entry in real mode"),
    /**
     * Keep the running kernel, so that it can be jumped back to ({@code --load-preserve-context}): Linux swaps the image with what
     * lay there. All free memory in the window of the image becomes a part of it, as empty segments, and the second kernel is told
     * of no other RAM. It finds on its command line where to jump back to, {@code kexec_jump_back_entry=}, for {@link JumpBackImage}.
     * The running kernel needs {@code CONFIG_KEXEC_JUMP}.
     */
    PRESERVE_CONTEXT("a running kernel that can be jumped back to"),
    /** Print what the purgatory has to say on the screen of a VGA adapter in text mode ({@code --console-vga}). */
    VGA_CONSOLE("messages of the purgatory on a VGA screen"),
    /** Have the purgatory put a VGA adapter into 80x25 text mode ({@code --reset-vga}); {@link io.kexec4j.purgatory.X86PurgatorySettings}
     * tells what that cannot do. */
    VGA_RESET("a VGA adapter put into text mode"),
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
    REUSE_DEVICE_TREE("the device tree of the running kernel"),
    /**
     * Tell a crash kernel its memory on its command line as well, {@code memmap=} ({@code --pass-memmap-cmdline}), for kernels or boot
     * loaders in between that do not keep to the map in boot_params.
     */
    MEMMAP_ON_COMMAND_LINE("the memory map on the command line"),
    /**
     * Copy the memory below 640 KiB before a crash kernel is started, also where the running kernel does not use it: since Linux 5.5
     * it leaves it to the crash kernel.
     */
    BACK_UP_LOW_MEMORY("a copy of the low memory");

    private final String label;

    X86Option(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}

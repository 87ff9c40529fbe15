package io.kexec4j.boot.x86;

import java.util.Locale;

/**
 * The fields of {@code struct boot_params} that this SDK reads or writes (arch/x86/include/uapi/asm/bootparam.h;
 * Documentation/arch/x86/zero-page.rst). All are little endian. Those of the setup header are named as in {@code struct
 * setup_header}.
 */
public enum BootParamsField {
    /** {@code screen_info}: what is on the screen, and how to draw there. */
    SCREEN_INFO(0x000, 0x40),
    /** {@code screen_info.ext_mem_k}: KiB of RAM above 1 MiB, at most 0xfc00, as old BIOSes told it. */
    EXT_MEM_K(0x002, 2),
    /** {@code screen_info.orig_video_isVGA}: what kind of screen it is. */
    ORIG_VIDEO_ISVGA(0x00f, 1),
    /** {@code screen_info.lfb_width}: pixels of a line of the framebuffer. */
    LFB_WIDTH(0x012, 2),
    /** {@code screen_info.lfb_height}: lines of the framebuffer. */
    LFB_HEIGHT(0x014, 2),
    /** {@code screen_info.cl_magic}: 0xa33f if {@link #CL_OFFSET} counts, for kernels before protocol 2.02. */
    CL_MAGIC(0x020, 2),
    /** {@code screen_info.cl_offset}: where the command line begins, in bytes from boot_params; before protocol 2.02. */
    CL_OFFSET(0x022, 2),
    /** {@code screen_info.lfb_linelength}: bytes from one line of the framebuffer to the next. */
    LFB_LINELENGTH(0x024, 2),
    /** {@code acpi_rsdp_addr}: physical address of ACPI's root pointer; 0 if unknown. */
    ACPI_RSDP_ADDR(0x070, 8),
    /** {@code ext_ramdisk_image}: upper half of the initrd's physical address. */
    EXT_RAMDISK_IMAGE(0x0c0, 4),
    /** {@code ext_ramdisk_size}: upper half of the initrd's size. */
    EXT_RAMDISK_SIZE(0x0c4, 4),
    /** {@code ext_cmd_line_ptr}: upper half of the command line's physical address. */
    EXT_CMD_LINE_PTR(0x0c8, 4),
    /** {@code efi_info.efi_loader_signature}: EL64 or EL32; 0 if EFI is not handed on. */
    EFI_LOADER_SIGNATURE(0x1c0, 4),
    /** {@code efi_info.efi_systab}: lower half of the physical address of EFI's system table. */
    EFI_SYSTAB(0x1c4, 4),
    /** {@code efi_info.efi_memdesc_size}: bytes of an entry of the memory map. */
    EFI_MEMDESC_SIZE(0x1c8, 4),
    /** {@code efi_info.efi_memdesc_version}: 1. */
    EFI_MEMDESC_VERSION(0x1cc, 4),
    /** {@code efi_info.efi_memmap}: lower half of the physical address of EFI's memory map. */
    EFI_MEMMAP(0x1d0, 4),
    /** {@code efi_info.efi_memmap_size}: bytes of EFI's memory map. */
    EFI_MEMMAP_SIZE(0x1d4, 4),
    /** {@code efi_info.efi_systab_hi}: upper half of the physical address of EFI's system table. */
    EFI_SYSTAB_HI(0x1d8, 4),
    /** {@code efi_info.efi_memmap_hi}: upper half of the physical address of EFI's memory map. */
    EFI_MEMMAP_HI(0x1dc, 4),
    /** {@code alt_mem_k}: KiB of RAM above 1 MiB. */
    ALT_MEM_K(0x1e0, 4),
    /** {@code e820_entries}: number of entries in {@link #E820_TABLE}, at most 128. */
    E820_ENTRIES(0x1e8, 1),
    /** {@code eddbuf_entries}: number of disks in {@link #EDDBUF}, at most 6. */
    EDDBUF_ENTRIES(0x1e9, 1),
    /** {@code edd_mbr_sig_buf_entries}: number of signatures in {@link #EDD_MBR_SIG_BUFFER}, at most 16. */
    EDD_MBR_SIG_BUF_ENTRIES(0x1ea, 1),
    /** {@code secure_boot}: 0 if that has not been asked, 1 unknown, 2 disabled, 3 enabled (enum efi_secureboot_mode). */
    SECURE_BOOT(0x1ec, 1),
    /** {@code hdr.type_of_loader}. */
    TYPE_OF_LOADER(0x210, 1),
    /** {@code hdr.loadflags}. */
    LOADFLAGS(0x211, 1),
    /** {@code hdr.code32_start}: physical address of the protected-mode code. */
    CODE32_START(0x214, 4),
    /** {@code hdr.ramdisk_image}: lower half of the initrd's physical address. */
    RAMDISK_IMAGE(0x218, 4),
    /** {@code hdr.ramdisk_size}: lower half of the initrd's size in bytes. */
    RAMDISK_SIZE(0x21c, 4),
    /** {@code hdr.heap_end_ptr}: the end of the setup code's heap, less 0x200, in bytes from the setup code's start. */
    HEAP_END_PTR(0x224, 2),
    /** {@code hdr.cmd_line_ptr}: lower half of the command line's physical address. */
    CMD_LINE_PTR(0x228, 4),
    /** {@code hdr.hardware_subarch}: 0 for a PC. */
    HARDWARE_SUBARCH(0x23c, 4),
    /** {@code hdr.setup_data}: physical address of the first setup_data node; 0 if there is none. */
    SETUP_DATA(0x250, 8),
    /** {@code edd_mbr_sig_buffer}: up to 16 signatures of 4 bytes, of the boot sectors of disks. */
    EDD_MBR_SIG_BUFFER(0x290, 0x40),
    /** {@code e820_table}: up to 128 entries of 20 bytes. */
    E820_TABLE(0x2d0, 0xa00),
    /** {@code eddbuf}: up to 6 disks as the BIOS describes them, in 82 bytes each. */
    EDDBUF(0xd00, 0x1ec);

    private final int offset;
    private final int size;

    BootParamsField(int offset, int size) {
        this.offset = offset;
        this.size = size;
    }

    /**
     * {@return where the field begins, in bytes from the start of boot_params}
     */
    public int offset() {
        return offset;
    }

    /**
     * {@return the size of the field in bytes}
     */
    public int size() {
        return size;
    }

    /**
     * {@return the name of the field in the kernel's source}
     */
    public String kernelName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

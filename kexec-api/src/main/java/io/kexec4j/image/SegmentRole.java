package io.kexec4j.image;

/** What a segment is for. */
public enum SegmentRole {
    /** The kernel that is started. */
    KERNEL("kernel"),
    /** The initial RAM disk. */
    INITRD("initrd"),
    /** The flattened device tree, on architectures where every kernel is given one. */
    DEVICE_TREE("dtb"),
    /** x86: boot_params (the zero page) with what it points to: the command line and setup_data. */
    BOOT_PARAMS("boot_params"),
    /** x86: what a kernel that is no Linux is told, with the command line. */
    BOOT_INFORMATION("boot_info"),
    /** x86: the modules of a kernel that is started by Multiboot, each from a page on. */
    MODULES("modules"),
    /** x86: the 16-bit setup code of a kernel that is entered in real mode, with its stack and the command line. */
    SETUP_CODE("setup_code"),
    /** x86: page tables for a jump into memory that those of the running kernel do not map. */
    PAGE_TABLES("page_tables"),
    /** Memory that the second kernel may use, without content: what the running one has there is kept until it goes on. */
    BACKUP("backup"),
    /** The ELF core header: what tells a crash kernel where the memory and the registers of the crashed one are. */
    ELFCOREHDR("elfcorehdr"),
    /** The code that runs between the two kernels. */
    PURGATORY("purgatory");

    private final String label;

    SegmentRole(String label) {
        this.label = label;
    }

    /**
     * {@return the name that tables and messages show, among them those of the purgatory}
     */
    public String label() {
        return label;
    }
}

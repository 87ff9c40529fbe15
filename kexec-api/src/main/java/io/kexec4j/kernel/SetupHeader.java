package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@code struct setup_header}, as it stands in the file: how a bzImage tells a boot loader what it needs (boot.rst, "The
 * Real-mode Kernel Header" and "Details of Header Fields"). Immutable; two headers are equal if their bytes are.
 *
 * <p>A field that the protocol version does not have reads as the default that boot.rst gives for it, or 0. 32-bit values are
 * 0 to 0xffffffff. Offsets in the documentation count from the start of the file, and of boot_params.
 */
public final class SetupHeader {
    /** Where the header begins, in the file and in boot_params. */
    public static final int START = 0x1f1;

    /** Where the header must have ended: the next field of boot_params, {@code edd_mbr_sig_buffer}. */
    public static final int LARGEST_END = 0x290;

    /** {@code LOADED_HIGH} in {@link #loadflags}: the protected-mode code is loaded at 1 MiB or above. */
    public static final int LOADED_HIGH = 1;

    /** {@code XLF_KERNEL_64} in {@link #xloadflags}: there is a 64-bit entry at 0x200. */
    public static final int XLF_KERNEL_64 = 1;

    /** {@code XLF_CAN_BE_LOADED_ABOVE_4G}: kernel, boot_params, command line and initrd may lie above 4 GiB. */
    public static final int XLF_CAN_BE_LOADED_ABOVE_4G = 1 << 1;

    /** {@code XLF_EFI_HANDOVER_32}: the 32-bit EFI handover entry exists. */
    public static final int XLF_EFI_HANDOVER_32 = 1 << 2;

    /** {@code XLF_EFI_HANDOVER_64}: the 64-bit EFI handover entry exists. */
    public static final int XLF_EFI_HANDOVER_64 = 1 << 3;

    /** {@code XLF_EFI_KEXEC}: EFI runtime services can go on working after a kexec. */
    public static final int XLF_EFI_KEXEC = 1 << 4;

    /** {@code XLF_5LEVEL}: the kernel can be entered with 5-level paging. */
    public static final int XLF_5LEVEL = 1 << 5;

    /** {@code XLF_5LEVEL_ENABLED}: the kernel itself can use 5-level paging. */
    public static final int XLF_5LEVEL_ENABLED = 1 << 6;

    /** {@code XLF_MEM_ENCRYPTION}: the kernel can be entered with encrypted memory. */
    public static final int XLF_MEM_ENCRYPTION = 1 << 7;

    static final int MAGIC = 0x202;
    static final long HDRS = 0x53726448;

    private static final int JUMP = 0x200;
    private static final int JUMP_SHORT = 0xeb;

    /** Where the header of each minor version ends at least: behind the last field that the version introduced. */
    private static final int[] SMALLEST_ENDS = {
        0x224, 0x226, 0x22c, 0x230, 0x230, 0x235, 0x23c, 0x248, 0x250, 0x258, 0x264, 0x268, 0x268, 0x268, 0x268, 0x26c
    };

    private final ByteBuffer bytes;

    private SetupHeader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Reads the header from the start of a file that has the magic number. Checks where it ends, but no value. */
    static SetupHeader read(ByteView file) throws MalformedInputException {
        int version = file.u16(0x206);
        file.verify(
                version >>> 8 == 2,
                0x206,
                "version must be 2.00 to 2.255 (0x0200 to 0x02ff), is 0x%04x".formatted(version));
        file.verify(
                file.u8(JUMP) == JUMP_SHORT,
                JUMP,
                "jump must be a short jump (0xeb), whose target is the end of the header, is 0x%02x"
                        .formatted(file.u8(JUMP)));
        int end = MAGIC + file.u8(JUMP + 1);
        int smallest = SMALLEST_ENDS[Math.min(version & 0xff, SMALLEST_ENDS.length - 1)];
        file.verify(
                end >= smallest && end <= LARGEST_END,
                JUMP + 1,
                "the header of version 0x%04x must end at 0x%x to 0x%x, ends at 0x%x"
                        .formatted(version, smallest, LARGEST_END, end));
        ByteBuffer copy = ByteBuffer.allocate(end - START); // so that the rest of the file's head can go
        copy.put(file.slice(START, end - START).bytes()).flip();
        return new SetupHeader(copy.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * {@return the header exactly as it is in the file, from 0x1f1 to its own end, read-only: what a boot loader copies into
     * boot_params. Has the fields of versions to come, and those that only a boot loader in real mode needs, for which there
     * are no methods here}
     */
    public ByteBuffer rawBytes() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * {@return where the header ends: 0x202 plus the byte at 0x201, at most {@link #LARGEST_END}}
     */
    public int end() {
        return START + bytes.limit();
    }

    /**
     * {@return {@code setup_sects} (0x1f1): the size of the setup code in sectors of 512 bytes, without the boot sector;
     * 1 to 255, where the 0 of old files reads as 4}
     */
    public int setupSects() {
        int sectors = u8(0x1f1);
        return sectors == 0 ? 4 : sectors;
    }

    /**
     * {@return the size of boot sector and setup code in bytes, which is where the protected-mode code begins in the file}
     */
    public int setupSize() {
        return (setupSects() + 1) * 512;
    }

    /**
     * {@return {@code root_flags} (0x1f2): not 0 if the root file system is mounted read-only; deprecated}
     */
    public int rootFlags() {
        return u16(0x1f2);
    }

    /**
     * {@return {@code syssize} (0x1f4): the size of the protected-mode code in units of 16 bytes; before 2.04, only its low
     * 16 bits}
     */
    public long syssize() {
        return has(0x0204) ? u32(0x1f4) : u16(0x1f4);
    }

    /**
     * {@return {@code vid_mode} (0x1fa): the video mode to set, for the setup code}
     */
    public int vidMode() {
        return u16(0x1fa);
    }

    /**
     * {@return {@code root_dev} (0x1fc): the device of the root file system; deprecated}
     */
    public int rootDev() {
        return u16(0x1fc);
    }

    /**
     * {@return {@code boot_flag} (0x1fe): 0xaa55}
     */
    public int bootFlag() {
        return u16(0x1fe);
    }

    /**
     * {@return {@code version} (0x206): the protocol version, major number in the high byte, for example 0x020f for 2.15.
     * 2.14 is a number that was never used, and means the same as 2.13}
     */
    public int version() {
        return u16(0x206);
    }

    /**
     * {@return {@code kernel_version} (0x20e): offset of the version string, less 0x200; 0 for none}
     */
    public int kernelVersion() {
        return u16(0x20e);
    }

    /**
     * {@return {@code type_of_loader} (0x210): for the boot loader to write; 0 in a file}
     */
    public int typeOfLoader() {
        return u8(0x210);
    }

    /**
     * {@return {@code loadflags} (0x211), a set of bits}
     */
    public int loadflags() {
        return u8(0x211);
    }

    /**
     * {@return whether {@link #LOADED_HIGH} is set: a bzImage, not an old zImage}
     */
    public boolean loadedHigh() {
        return (loadflags() & LOADED_HIGH) != 0;
    }

    /**
     * {@return {@code code32_start} (0x214): where the setup code jumps to, 0x100000 for a bzImage}
     */
    public long code32Start() {
        return u32(0x214);
    }

    /**
     * {@return {@code ramdisk_image} (0x218): for the boot loader to write}
     */
    public long ramdiskImage() {
        return u32(0x218);
    }

    /**
     * {@return {@code ramdisk_size} (0x21c): for the boot loader to write}
     */
    public long ramdiskSize() {
        return u32(0x21c);
    }

    /**
     * {@return {@code ext_loader_ver} (0x226): for the boot loader to write; 0 before 2.02}
     */
    public int extLoaderVer() {
        return has(0x0202) ? u8(0x226) : 0;
    }

    /**
     * {@return {@code ext_loader_type} (0x227): for the boot loader to write; 0 before 2.02}
     */
    public int extLoaderType() {
        return has(0x0202) ? u8(0x227) : 0;
    }

    /**
     * {@return {@code cmd_line_ptr} (0x228): for the boot loader to write; 0 before 2.02, where the command line is found in
     * another way}
     */
    public long cmdLinePtr() {
        return has(0x0202) ? u32(0x228) : 0;
    }

    /**
     * {@return {@code initrd_addr_max} (0x22c): the highest address that a byte of the initrd may have; 0x37ffffff before
     * 2.03}
     */
    public long initrdAddrMax() {
        return has(0x0203) ? u32(0x22c) : 0x37ffffff;
    }

    /**
     * {@return {@code kernel_alignment} (0x230): the alignment in bytes that a {@link #relocatable} kernel prefers, then a
     * power of two; for others it has no meaning and can be 0; 1 before 2.05}
     */
    public long kernelAlignment() {
        return has(0x0205) ? u32(0x230) : 1;
    }

    /**
     * {@return {@code relocatable_kernel} (0x234): whether the protected-mode code can be loaded at any address that is a
     * multiple of {@link #kernelAlignment}; false before 2.05}
     */
    public boolean relocatable() {
        return has(0x0205) && u8(0x234) != 0;
    }

    /**
     * {@return {@code min_alignment} (0x235): the smallest alignment that a {@link #relocatable} kernel can live with, as a
     * power of two, for example 21 for 2 MiB; before 2.10 that of {@link #kernelAlignment}}
     */
    public int minAlignment() {
        return has(0x020a) ? u8(0x235) : Long.numberOfTrailingZeros(Math.max(1, kernelAlignment()));
    }

    /**
     * {@return {@code xloadflags} (0x236), a set of bits with names {@code XLF_}; 0 before 2.12}
     */
    public int xloadflags() {
        return has(0x020c) ? u16(0x236) : 0;
    }

    /**
     * {@return {@code cmdline_size} (0x238): the most bytes that the command line may have, without its NUL; 255 before 2.06}
     */
    public long cmdlineSize() {
        return has(0x0206) ? u32(0x238) : 255;
    }

    /**
     * {@return {@code hardware_subarch} (0x23c): for the boot loader to write, 0 for a PC; 0 before 2.07}
     */
    public long hardwareSubarch() {
        return has(0x0207) ? u32(0x23c) : 0;
    }

    /**
     * {@return {@code hardware_subarch_data} (0x240): for the boot loader to write; 0 before 2.07}
     */
    public long hardwareSubarchData() {
        return has(0x0207) ? u64(0x240) : 0;
    }

    /**
     * {@return {@code payload_offset} (0x248): bytes from the start of the protected-mode code; 0 before 2.08}
     */
    public long payloadOffset() {
        return has(0x0208) ? u32(0x248) : 0;
    }

    /**
     * {@return {@code payload_length} (0x24c) in bytes, 0 if there is no payload; 0 before 2.08}
     */
    public long payloadLength() {
        return has(0x0208) ? u32(0x24c) : 0;
    }

    /**
     * {@return {@code setup_data} (0x250): physical address of a list, for the boot loader to write; 0 before 2.09}
     */
    public long setupData() {
        return has(0x0209) ? u64(0x250) : 0;
    }

    /**
     * {@return {@code pref_address} (0x258): the physical address, unsigned, where the kernel prefers to run, and must run if
     * it is not {@link #relocatable}; 0x100000 before 2.10}
     */
    public long prefAddress() {
        return has(0x020a) ? u64(0x258) : 0x100000;
    }

    /**
     * {@return {@code init_size} (0x260): how many bytes the kernel needs from where it runs, before it can read the memory
     * map; 0 before 2.10, see {@link BzImage#memorySize}}
     */
    public long initSize() {
        return has(0x020a) ? u32(0x260) : 0;
    }

    /**
     * {@return {@code handover_offset} (0x264): the EFI handover entry, in bytes from the start of the protected-mode code; 0
     * for none, and before 2.11}
     */
    public long handoverOffset() {
        return has(0x020b) ? u32(0x264) : 0;
    }

    /**
     * {@return {@code kernel_info_offset} (0x268): bytes from the start of the protected-mode code; 0 for none, and before
     * 2.15}
     */
    public long kernelInfoOffset() {
        return has(0x020f) ? u32(0x268) : 0;
    }

    private boolean has(int since) {
        return version() >= since;
    }

    private int u8(int offset) {
        return Byte.toUnsignedInt(bytes.get(offset - START));
    }

    private int u16(int offset) {
        return Short.toUnsignedInt(bytes.getShort(offset - START));
    }

    private long u32(int offset) {
        return Integer.toUnsignedLong(bytes.getInt(offset - START));
    }

    private long u64(int offset) {
        return bytes.getLong(offset - START);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SetupHeader header && bytes.equals(header.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return "setup_header[version 0x%04x, init_size 0x%x, pref_address 0x%x]"
                .formatted(version(), initSize(), prefAddress());
    }
}

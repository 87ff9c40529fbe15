package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.KernelInfo;
import io.kexec4j.kernel.SetupHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What boot_params depend on in a kernel.
 *
 * @param version of the boot protocol, such as 0x020f
 * @param bytes the setup header as in the kernel's file, from {@code setup_sects} on
 * @param cmdlineSize {@code cmdline_size}: bytes of the longest command line, without the NUL
 * @param xloadflags {@code xloadflags}
 * @param setupTypeMax the largest type of a setup_data node that the kernel knows, unsigned
 */
record LinuxHeader(int version, Content bytes, long cmdlineSize, int xloadflags, long setupTypeMax) {
    private static final int FIRST_WITH_SETUP_DATA = 0x0209;
    private static final int VERSION_2_15 = 0x020f;
    private static final int END_OF_2_15 = 0x26c;

    /** What every Linux for x86 says in initrd_addr_max. */
    private static final int INITRD_ADDR_MAX = 0x7fff_ffff;

    /** COMMAND_LINE_SIZE of every Linux for x86 since 2.6.20 (arch/x86/include/asm/setup.h), less its NUL. */
    private static final int COMMAND_LINE_MAX = 2047;

    /** {@code SETUP_RNG_SEED}: what kernels know that have no kernel_info to tell; older ones skip a type that they do not know. */
    private static final long USUAL_SETUP_TYPE_MAX = 9;

    /** {@code SETUP_INDIRECT}: a flag in {@code setup_type_max}, not a type. */
    private static final long INDIRECT = 0x8000_0000L;

    /**
     * For a kernel whose file has no setup header, such as a vmlinux: what it would say of itself. Only what the kernel reads,
     * after it was entered, is in it.
     */
    static LinuxHeader of(ElfKernel kernel) {
        int xloadflags = kernel.is64Bit() ? SetupHeader.XLF_KERNEL_64 | SetupHeader.XLF_EFI_KEXEC : 0;
        ByteBuffer file = ByteBuffer.allocate(END_OF_2_15).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort(0x1f2, (short) 1) // root_flags: read-only, as every kernel's build has it
                .putShort(0x1fa, (short) 0xffff) // vid_mode: normal
                .putShort(0x1fe, (short) 0xaa55) // boot_flag
                .put(0x200, (byte) 0xeb) // jump, with the end of the header behind it
                .put(0x201, (byte) (END_OF_2_15 - 0x202))
                .putInt(0x202, 0x53726448) // "HdrS"
                .putShort(0x206, (short) VERSION_2_15)
                .putInt(0x22c, INITRD_ADDR_MAX)
                .putShort(0x236, (short) xloadflags)
                .putInt(0x238, COMMAND_LINE_MAX);
        Content header = Content.of(file.position(SetupHeader.START).slice());
        return new LinuxHeader(VERSION_2_15, header, COMMAND_LINE_MAX, xloadflags, USUAL_SETUP_TYPE_MAX);
    }

    /** Whether the kernel looks at {@code setup_data} in boot_params. */
    boolean takesSetupData() {
        return version >= FIRST_WITH_SETUP_DATA;
    }

    /** Whether the kernel knows what to do with a node of setup_data. */
    boolean knows(SetupData.Type type) {
        return takesSetupData() && type.code() <= (setupTypeMax & ~INDIRECT);
    }

    static LinuxHeader of(BzImage kernel) {
        SetupHeader header = kernel.header();
        return new LinuxHeader(
                header.version(),
                Content.of(header.rawBytes()),
                header.cmdlineSize(),
                header.xloadflags(),
                kernel.kernelInfo().map(KernelInfo::setupTypeMax).orElse(USUAL_SETUP_TYPE_MAX));
    }
}

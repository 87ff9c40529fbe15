package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.KernelInfo;
import io.kexec4j.kernel.SetupHeader;

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

    /** {@code SETUP_RNG_SEED}: what kernels know that have no kernel_info to tell; older ones skip a type that they do not know. */
    private static final long USUAL_SETUP_TYPE_MAX = 9;

    /** {@code SETUP_INDIRECT}: a flag in {@code setup_type_max}, not a type. */
    private static final long INDIRECT = 0x8000_0000L;

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

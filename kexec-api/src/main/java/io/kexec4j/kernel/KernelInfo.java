package io.kexec4j.kernel;

/**
 * {@code struct kernel_info}: what a kernel says about itself in places that a boot loader need not copy (boot.rst, "The
 * kernel_info").
 *
 * @param size size of the fixed part in bytes, 16 or more
 * @param sizeTotal size in bytes, with the data of variable length behind the fixed part
 * @param setupTypeMax the largest {@code setup_data} type that the kernel knows, as an unsigned 32-bit number; the bit
 *     0x80000000 stands for {@code SETUP_INDIRECT}
 */
public record KernelInfo(long size, long sizeTotal, long setupTypeMax) {}

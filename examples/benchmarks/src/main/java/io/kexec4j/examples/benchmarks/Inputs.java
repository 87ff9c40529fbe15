package io.kexec4j.examples.benchmarks;

import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The files that images are made of here, below one directory. No CPU could run the kernel, but every loader takes it.
 *
 * @param directory where they are
 */
record Inputs(Path directory) {
    static final int MIB = 1 << 20;
    static final long GIB = 1 << 30;

    private static final int KERNEL_SIZE = 10 * MIB;
    private static final int PPC64_KERNEL_SIZE = 30 * MIB;
    private static final long PAGE_OFFSET = 0xc000_0000_0000_0000L;
    private static final int ARM64_KERNEL_SIZE = 30 * MIB;
    private static final int INIT_SIZE = 64 * MIB;
    private static final int INITRD_SIZE = 50 * MIB;
    private static final int SETUP_SECTORS = 3;
    private static final int SECTOR = 512;
    private static final int ARM64_HEADER = 64;

    /** The directory of the process that started this one, as JMH's forks are given it. */
    static final String PROPERTY = "kexec4j.benchmarks.inputs";

    static Inputs ofThisProcess() {
        return new Inputs(Path.of(System.getProperty(PROPERTY, "target/inputs")));
    }

    /** A bzImage of 10 MiB with an init_size of 64 MiB. */
    Path kernel() {
        return directory.resolve("kernel");
    }

    /** An arm64 Image of 30 MiB. */
    Path arm64Kernel() {
        return directory.resolve("arm64-kernel");
    }

    /** A vmlinux of 30 MiB for ppc64le, which takes twice as much memory. */
    Path ppc64Kernel() {
        return directory.resolve("ppc64-kernel");
    }

    /** 50 MiB of random bytes. */
    Path initrd() {
        return directory.resolve("initrd");
    }

    /** The kernel's bytes and the initrd's, for programs that take one file. */
    Path both() {
        return directory.resolve("kernel-and-initrd");
    }

    /** 1 GiB of zeroes. */
    Path largeInitrd() {
        return directory.resolve("large-initrd");
    }

    /** The files of a machine with 16 GiB, as TargetFiles reads them. */
    Path machine() {
        return directory.resolve("machine");
    }

    /** How many bytes have a digest: those of the kernel without its real-mode code, and those of the initrd. */
    static long bytes() {
        return KERNEL_SIZE - (SETUP_SECTORS + 1) * SECTOR + INITRD_SIZE;
    }

    /** The same for arm64, whose kernels have no other code. */
    static long arm64Bytes() {
        return ARM64_KERNEL_SIZE + INITRD_SIZE;
    }

    /** The same for ppc64, where all but the headers of the file are the kernel. */
    static long ppc64Bytes() {
        return PPC64_KERNEL_SIZE + INITRD_SIZE;
    }

    /** Makes them all; the same ones each time. */
    void write() throws IOException {
        Files.createDirectories(directory);
        byte[] kernel = kernelBytes();
        byte[] initrd = random(2, INITRD_SIZE);
        Files.write(kernel(), kernel);
        Files.write(initrd(), initrd);
        Files.write(arm64Kernel(), arm64KernelBytes());
        Files.write(ppc64Kernel(), ppc64KernelBytes());
        Files.write(
                both(),
                ByteBuffer.allocate(kernel.length + initrd.length)
                        .put(kernel)
                        .put(initrd)
                        .array());
        try (RandomAccessFile file = new RandomAccessFile(largeInitrd().toFile(), "rw")) {
            file.setLength(GIB);
        }
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/cmdline", "root=/dev/sda1\n");
        write(
                "proc/iomem",
                "00001000-0009fbff : System RAM\n00100000-bfffdfff : System RAM\n100000000-43fffffff : System RAM\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = machine().resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text, StandardCharsets.US_ASCII);
    }

    /** The header as Documentation/arch/x86/boot.rst has it, at protocol 2.15; the code is random. */
    private static byte[] kernelBytes() {
        byte[] bytes = random(1, KERNEL_SIZE);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, new byte[(SETUP_SECTORS + 1) * SECTOR]);
        file.put(0x1f1, (byte) SETUP_SECTORS);
        file.putShort(0x1fe, (short) 0xaa55);
        file.putShort(0x200, (short) 0x6aeb); // a jump behind the header, which tells where it ends
        file.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
        file.putShort(0x206, (short) 0x020f);
        file.put(0x211, (byte) 1); // LOADED_HIGH
        file.putInt(0x214, 0x10_0000); // code32_start
        file.putInt(0x22c, 0x7fff_ffff); // initrd_addr_max
        file.putInt(0x230, 2 * MIB); // kernel_alignment
        file.put(0x234, (byte) 1); // relocatable_kernel
        file.put(0x235, (byte) 21); // min_alignment
        file.putShort(0x236, (short) 3); // XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G
        file.putInt(0x238, 2047); // cmdline_size
        file.putLong(0x258, 16 * MIB); // pref_address
        file.putInt(0x260, INIT_SIZE);
        return bytes;
    }

    /** The header as Documentation/arch/arm64/booting.rst has it; the code is random. */
    private static byte[] arm64KernelBytes() {
        byte[] bytes = random(3, ARM64_KERNEL_SIZE);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, new byte[ARM64_HEADER]);
        file.putInt(0, 0x1400_0000 | ARM64_HEADER / Integer.BYTES); // a branch behind the header
        file.putLong(0x10, 2L * ARM64_KERNEL_SIZE); // image_size
        file.putLong(0x18, 0xa); // little-endian, pages of 4 KiB, anywhere
        file.putInt(0x38, 0x644d_5241);
        return bytes;
    }

    /** An ELF file as the linker script of arch/powerpc has it; the code is random. */
    private static byte[] ppc64KernelBytes() {
        int page = 0x1_0000;
        byte[] bytes = random(4, page + PPC64_KERNEL_SIZE);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) 21).putInt(1); // ET_EXEC, EM_PPC64
        file.putLong(PAGE_OFFSET).putLong(64).putLong(0).putInt(2); // e_entry, e_phoff, e_shoff, ELFv2
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(7).putLong(page).putLong(PAGE_OFFSET).putLong(0); // PT_LOAD for address 0
        file.putLong(PPC64_KERNEL_SIZE).putLong(2L * PPC64_KERNEL_SIZE).putLong(page);
        file.putInt(page + 0x5c, 0x7275_6e30); // run_at_load: "run0"
        return bytes;
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A machine whose memory map is like that of no other number. */
    static Target machine(int number) {
        long low = GIB + number * 0x1000L;
        long high = 4 * GIB + 4 * GIB + number * 0x10_0000L;
        return Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(List.of(
                                region(0x1000, 0x9_fc00, RegionType.RAM),
                                region(0x9_fc00, 0xa_0000, RegionType.RESERVED),
                                region(0xf_0000, 0x10_0000, RegionType.RESERVED),
                                region(0x10_0000, low, RegionType.RAM),
                                region(low, low + 0x1_0000, RegionType.ACPI_TABLES),
                                region(0xfffc_0000L, 4 * GIB, RegionType.RESERVED),
                                region(4 * GIB, high, RegionType.RAM))))
                .build();
    }

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }
}

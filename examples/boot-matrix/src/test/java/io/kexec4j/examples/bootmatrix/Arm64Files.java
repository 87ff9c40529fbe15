package io.kexec4j.examples.bootmatrix;

import com.github.luben.zstd.Zstd;
import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.kernel.Arm64Image;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** An Image in the other forms that builds of Linux give it, as files in target. */
final class Arm64Files {
    /** Where Linux is linked (KIMAGE_VADDR of a kernel with 4 KiB pages and 52-bit addresses). */
    private static final long LINKED_AT = 0xffff_8000_8000_0000L;

    /** SEGMENT_ALIGN in arch/arm64/include/asm/memory.h. */
    private static final int SEGMENT_ALIGNMENT = 0x1_0000;

    /** LINUX_PE_MAGIC, include/linux/pe.h. */
    private static final int LINUX_PE_MAGIC = 0x8182_23cd;

    private static final int ZBOOT_HEADER = 0x40;
    private static final int ZBOOT_CODE = 0x1000;

    private Arm64Files() {}

    static Path gzipped(Kernel kernel) throws IOException {
        return Files.write(target(kernel, "Image.gz"), gzip(Files.readAllBytes(kernel.file())));
    }

    /** As CONFIG_EFI_ZBOOT has it made: an Image with all the memory that it needs behind it, compressed by gzip. */
    static Path gzipZboot(Kernel kernel) throws IOException {
        int size = (int) read(kernel).header().imageSize();
        byte[] payload = gzip(Arrays.copyOf(Files.readAllBytes(kernel.file()), size));
        return Files.write(target(kernel, "gzip.efi"), zboot("gzip", payload, payload.length));
    }

    /** As Linux 6.1 made it: the Image as it is, and its size behind the payload. */
    static Path zstdZboot(Kernel kernel) throws IOException {
        byte[] image = Files.readAllBytes(kernel.file());
        byte[] payload = Zstd.compress(image);
        byte[] withSize = Arrays.copyOf(payload, payload.length + Integer.BYTES);
        ByteBuffer.wrap(withSize).order(ByteOrder.LITTLE_ENDIAN).putInt(payload.length, image.length);
        return Files.write(target(kernel, "zstd22.efi"), zboot("zstd22", withSize, payload.length));
    }

    /** What the Image was made of: position-independent, with text and data, and memory behind the data. */
    static Path vmlinux(Kernel kernel) throws IOException {
        Arm64Image image = read(kernel);
        byte[] code = image.code().copy(0, (int) image.code().size());
        int data = code.length / 2 / SEGMENT_ALIGNMENT * SEGMENT_ALIGNMENT;
        ElfLayout layout = ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .type(ElfHeader.ET_DYN)
                .machine(ElfHeader.EM_AARCH64)
                .entry(LINKED_AT)
                .place(segment(ProgramHeader.PF_R | ProgramHeader.PF_X, 0, data, data))
                .place(segment(
                        ProgramHeader.PF_R | ProgramHeader.PF_W,
                        data,
                        code.length - data,
                        image.header().imageSize() - data))
                .build();
        Path file = target(kernel, "vmlinux");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, layout.head(), 0);
            write(
                    channel,
                    ByteBuffer.wrap(code, 0, data),
                    layout.programHeaders().get(0).offset());
            write(
                    channel,
                    ByteBuffer.wrap(code, data, code.length - data),
                    layout.programHeaders().get(1).offset());
        }
        return file;
    }

    private static ProgramHeader segment(int flags, long start, long fileSize, long memorySize) {
        long address = LINKED_AT + start;
        return new ProgramHeader(
                ProgramHeader.PT_LOAD, flags, 0, address, address, fileSize, memorySize, SEGMENT_ALIGNMENT);
    }

    /** A header, and a payload with what lies behind it, without the code of the EFI program, which only EFI runs (drivers/firmware/efi/libstub/zboot-header.S). */
    private static byte[] zboot(String compression, byte[] payload, int payloadSize) {
        byte[] bytes = new byte[ZBOOT_CODE + payload.length];
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, "MZ\0\0zimg".getBytes(StandardCharsets.US_ASCII));
        file.putInt(0x08, ZBOOT_CODE).putInt(0x0c, payloadSize);
        file.put(0x18, compression.getBytes(StandardCharsets.US_ASCII));
        file.putInt(0x38, LINUX_PE_MAGIC).putInt(0x3c, ZBOOT_HEADER);
        file.put(ZBOOT_HEADER, "PE\0\0".getBytes(StandardCharsets.US_ASCII));
        file.put(ZBOOT_CODE, payload);
        return bytes;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static Arm64Image read(Kernel kernel) throws IOException {
        return Arm64Image.parse(Content.ofFile(kernel.file()));
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        for (long next = offset; bytes.hasRemaining(); ) {
            next += channel.write(bytes, next);
        }
    }

    private static Path target(Kernel kernel, String name) {
        return Path.of("target", kernel.release() + "-" + name);
    }
}

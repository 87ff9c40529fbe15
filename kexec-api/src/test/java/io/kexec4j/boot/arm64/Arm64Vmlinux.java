package io.kexec4j.boot.arm64;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.KernelFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes a vmlinux of an Image: its bytes in several segments, at virtual addresses, as the linker script of Linux has it. */
final class Arm64Vmlinux {
    private static final long KIMAGE_VADDR = 0xffff_8000_8000_0000L;
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int PAGE = 0x1000;

    private Arm64Vmlinux() {}

    /** All bytes, cut at pages into so many segments. */
    static KernelFile of(byte[] image, int segments) throws IOException {
        return make(image, segments, (image.length / segments + PAGE - 1) & -PAGE, 0);
    }

    /** Segments of a page each with a free page between them. */
    static KernelFile scattered(byte[] image, int segments) throws IOException {
        return make(image, segments, 2 * PAGE, PAGE);
    }

    private static KernelFile make(byte[] image, int segments, int step, int gap) throws IOException {
        int content = PAGE;
        ByteBuffer file = ByteBuffer.allocate(content + image.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        file.putShort((short) 3).putShort((short) 183).putInt(1);
        file.putLong(KIMAGE_VADDR).putLong(HEADER).putLong(0).putInt(0);
        file.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) segments);
        file.position(HEADER);
        for (int i = 0; i < segments; i++) {
            int start = Math.min(i * step, image.length);
            int end = i + 1 == segments && gap == 0 ? image.length : Math.min(start + step - gap, image.length);
            file.putInt(1).putInt(7).putLong(content + start);
            file.putLong(KIMAGE_VADDR + i * (long) step).putLong(KIMAGE_VADDR + i * (long) step);
            file.putLong(end - start).putLong(Math.max(end - start, PAGE)).putLong(0x10000);
        }
        file.position(content).put(image);
        return KernelFile.parse(Content.of(file.array()));
    }
}

package io.kexec4j.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Makes multiboot headers, and files around them. */
public final class MultibootImages {
    private MultibootImages() {}

    private static byte[] words(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putInt((int) value);
        }
        return bytes.array();
    }

    /** A header of version 1, with any words behind the checksum. */
    public static byte[] header1(long flags, long... rest) {
        return Streams.concat(words(0x1badb002L, flags, -0x1badb002L - flags), words(rest));
    }

    /** A header of version 2 for i386, with tags that are padded here, and the last one added. */
    public static byte[] header2(byte[]... tags) {
        byte[] all = header2WithoutEnd(tags);
        return header2WithoutEnd(Streams.concat(Arrays.copyOfRange(all, 16, all.length), tag(0, 0)));
    }

    static byte[] header2WithoutEnd(byte[]... tags) {
        byte[] body = new byte[0];
        for (byte[] tag : tags) {
            body = Streams.concat(body, tag, new byte[-tag.length & 7]);
        }
        long length = 16L + body.length;
        return Streams.concat(words(0xe85250d6L, 0, length, -0xe85250d6L - length), body);
    }

    public static byte[] tag(int type, int flags, long... content) {
        return Streams.concat(words(type | (long) flags << 16, 8 + 4L * content.length), words(content));
    }

    /** A file with a header at an offset. */
    public static byte[] file(int size, int offset, byte[] header) {
        byte[] file = new byte[size];
        System.arraycopy(header, 0, file, offset, header.length);
        return file;
    }

    /** An ELF file for i386 that is loaded at 1 MiB, with headers in its first page. */
    static byte[] elf(byte[]... headers) {
        byte[] content = Streams.concat(Streams.concat(headers), new byte[4096]);
        return new ElfImages(false, ByteOrder.LITTLE_ENDIAN)
                .machine(3)
                .load(0x100000, 0x100000, Streams.concat(new byte[12], content), 0x8000)
                .entry(0x100040)
                .bytes();
    }
}

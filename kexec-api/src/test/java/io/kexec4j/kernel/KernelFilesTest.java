package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelFilesTest {
    /** A file with marks: pairs of an offset and the bytes there, one a character. */
    private static byte[] file(Object... marks) {
        ByteBuffer file = ByteBuffer.allocate(0x11000);
        int end = 0;
        for (int i = 0; i < marks.length; i += 2) {
            byte[] mark = ((String) marks[i + 1]).getBytes(StandardCharsets.ISO_8859_1);
            file.put((int) marks[i], mark);
            end = Math.max(end, (int) marks[i] + mark.length);
        }
        return Arrays.copyOf(file.array(), end);
    }

    private static void assertIdentified(KernelFormat format, String words, Object... marks) throws IOException {
        Identification found = KernelFiles.identify(Content.of(file(marks)));
        assertThat(found.format()).isEqualTo(format);
        assertThat(found.description()).contains(words);
    }

    @Test
    void x86() throws IOException {
        assertThat(KernelFiles.identify(new BzImageBuilder().content()))
                .isEqualTo(new Identification(KernelFormat.BZIMAGE, "an x86 bzImage"));
        assertThat(KernelFiles.identify(new BzImageBuilder().set("loadflags", 0).content())
                        .format())
                .isEqualTo(KernelFormat.ZIMAGE_X86);
        assertThat(KernelFiles.identify(new BzImageBuilder()
                                .patch(0, new byte[] {'M', 'Z'})
                                .content())
                        .format())
                .as("with an EFI stub")
                .isEqualTo(KernelFormat.BZIMAGE);
        assertIdentified(KernelFormat.BOOT_SECTOR, "disk image", 0, "\u00fa", 0x1fe, "U\u00aa");
    }

    @Test
    void elf() throws IOException {
        assertIdentified(
                KernelFormat.ELF,
                "a 64-bit little-endian ELF executable for x86_64, perhaps a vmlinux",
                0,
                "\u007fELF\2\1\1",
                0x10,
                "\2\0>\0");
        assertIdentified(
                KernelFormat.ELF,
                "a 64-bit big-endian ELF shared object for ppc64, perhaps a vmlinux",
                0,
                "\u007fELF\2\2\1",
                0x10,
                "\0\3\0\u0015");
        assertIdentified(
                KernelFormat.ELF,
                "a 32-bit little-endian ELF core dump for machine 4761, not a kernel",
                0,
                "\u007fELF\1\1\1",
                0x10,
                "\4\0\u0099\u0012");
        assertIdentified(KernelFormat.ELF, "file of type -1", 0, "\u007fELF");
    }

    @Test
    void elfWithMultiboot() throws IOException {
        String elf = "\u007fELF\1\1\1";
        assertIdentified(
                KernelFormat.ELF,
                "executable for i386 with a multiboot header, perhaps",
                0,
                elf,
                0x10,
                "\2\0\3\0",
                0x1000,
                "\u0002\u00b0\u00ad\u001b\3\0\0\0\u00fbOR\u00e4");
        assertIdentified(
                KernelFormat.ELF,
                "executable for i386 with a multiboot2 header, perhaps",
                0,
                elf,
                0x10,
                "\2\0\3\0",
                0x7ff0,
                "\u00d6PR\u00e8\0\0\0\0\u0010\0\0\0\u001a\u00af\u00ad\u0017");
        assertIdentified(
                KernelFormat.ELF,
                "executable for i386, perhaps",
                0,
                elf,
                0x10,
                "\2\0\3\0",
                0x1000,
                "\u0002\u00b0\u00ad\u001b\3\0\0\0\u00fcOR\u00e4");
    }

    @Test
    void imagesOfOtherArchitectures() throws IOException {
        assertIdentified(KernelFormat.ARM64_IMAGE, "an arm64 Image", 0, "MZ", 0x38, "ARMd");
        assertIdentified(KernelFormat.RISCV_IMAGE, "a RISC-V Image", 0, "MZ", 0x38, "RSC\5");
        assertIdentified(KernelFormat.LOONGARCH_IMAGE, "a LoongArch Image", 0, "MZ", 0x38, "\u00cd#\u0082\u0081");
        assertIdentified(KernelFormat.S390_IMAGE, "an s390 image", 0x10008, "S390EP\0\1");
        assertIdentified(KernelFormat.ARM_ZIMAGE, "a 32-bit Arm zImage", 0x24, "\u0018(o\1");
        assertIdentified(KernelFormat.ARM_ZIMAGE, "a 32-bit Arm zImage", 0x24, "\1o(\u0018");
    }

    @Test
    void efi() throws IOException {
        assertIdentified(
                KernelFormat.EFI_ZBOOT, "compressed with zstd22)", 0, "MZ\0\0zimg", 0x18, "zstd22\0", 0x38, "\u00cd#");
        assertIdentified(KernelFormat.EFI_ZBOOT, "compressed with an unknown method)", 0, "MZ\0\0zimg");
        assertIdentified(
                KernelFormat.UKI,
                "a unified kernel image",
                0,
                "MZ",
                0x3c,
                "\u0080\0\0\0",
                0x80,
                "PE\0\0d\u0086\2\0",
                0x94,
                "\u0010\0",
                0xa8,
                ".osrel\0\0",
                0xd0,
                ".linux\0\0");
        assertIdentified(
                KernelFormat.PE,
                "without a section .linux",
                0,
                "MZ",
                0x3c,
                "\u0080\0\0\0",
                0x80,
                "PE\0\0d\u0086\1\0",
                0x94,
                "\u0010\0",
                0xa8,
                ".osrel\0\0",
                0xd0,
                ".linux\0\0");
        assertIdentified(KernelFormat.PE, "PE", 0, "MZ", 0x3c, "\u0080\0\0\0", 0x80, "PE\0\0");
        assertIdentified(KernelFormat.UNKNOWN, "4d 5a 00", 0, "MZ", 0x3c, "\u00ff\u00ff\u00ff\u00ff");
    }

    @Test
    void containers() throws IOException {
        assertIdentified(KernelFormat.UIMAGE, "uImage", 0, "'\5\u0019V");
        assertIdentified(KernelFormat.DEVICE_TREE, "not a kernel", 0, "\u00d0\r\u00fe\u00ed", 0x40, "\0\0\0\1\0\0\0\0");
        assertIdentified(KernelFormat.FIT, "(FIT)", 0, "\u00d0\r\u00fe\u00ed", 0x40, "\0\0\0\1images\0\0");
        assertIdentified(KernelFormat.ANDROID_BOOT, "Android", 0, "ANDROID!");
        assertIdentified(KernelFormat.CPIO, "an initramfs, not a kernel", 0, "07070100");
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b0800, GZIP, gzip", "425a6839, BZIP2, bzip2", "5d00008000ffffffffffffffff00, LZMA, lzma",
        "fd377a585a00, XZ, xz", "894c5a4f000d0a1a0a, LZOP, lzo", "02214c18, LZ4_LEGACY, lz4 (legacy)",
        "04224d18, LZ4_FRAME, lz4", "28b52ffd, ZSTD, zstd"
    })
    void compressedStreams(String hex, KernelFormat format, String name) throws IOException {
        Identification found = KernelFiles.identify(Content.of(HexFormat.of().parseHex(hex)));
        assertThat(found.format()).isEqualTo(format);
        assertThat(found.description()).isEqualTo("a compressed stream (" + name + ")");
        assertThat(format.compression().map(Compression::label)).contains(name);
    }

    @ParameterizedTest
    @CsvSource({
        "5d00008000ffffffffffffffff, true", "5d00008000ffffffffffffff, false", "5d00008000000000000000000000, false",
        "e100008000ffffffffffffffff, false", "5d00000000ffffffffffffffff, false", "5d00090000ffffffffffffffff, false",
        "5d0000c000ffffffffffffffff, true", "5d0000a000ffffffffffffffff, false", "5d000080000000010000000000, true",
        "5d000080000000000040000000, false", "5d00000080ffffffffffffffff, true"
    })
    void lzmaNeedsSizesThatAnEncoderWrites(String hex, boolean lzma) {
        assertThat(Compression.of(ByteBuffer.wrap(HexFormat.of().parseHex(hex))) == Compression.LZMA)
                .isEqualTo(lzma);
    }

    @Test
    void whatIsNoKernelAtAll() throws IOException {
        assertIdentified(KernelFormat.SCRIPT, "begins with \"#!/bin/sh\"", 0, "#!/bin/sh\nexit\n");
        assertIdentified(KernelFormat.TEXT, "begins with \"<html>\"", 0, "<html>\r\n");
        assertIdentified(KernelFormat.TEXT, "\"" + "x".repeat(60) + "\"", 0, "x".repeat(1000));
        assertIdentified(KernelFormat.UNKNOWN, "begins with 01 00 ff", 0, "\1\0\u00ff");
        assertIdentified(KernelFormat.ZEROES, "a file of 3 zero bytes", 0, "\0\0\0");
        assertIdentified(KernelFormat.EMPTY, "an empty file");
    }

    @ParameterizedTest
    @EnumSource
    void everyCompressionThatCanBeNamedIsAFormat(Compression compression) {
        boolean stream = compression != Compression.NONE && compression != Compression.UNKNOWN;
        assertThat(KernelFormat.of(compression).flatMap(KernelFormat::compression))
                .isEqualTo(stream ? Optional.of(compression) : Optional.empty());
    }
}

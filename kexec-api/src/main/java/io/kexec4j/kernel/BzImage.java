package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A bzImage: Linux for x86 (boot.rst, "The Linux/x86 Boot Protocol", protocol 2.00 and newer). Immutable.
 *
 * <p>Everything that a boot loader relies on was checked when the file was parsed: the parts lie within the file, the kernel
 * fits the memory that it asks for, and the addresses do not wrap.
 */
public final class BzImage implements KernelFile {
    /** Where the 64-bit entry lies, in bytes from the start of the protected-mode code. */
    public static final int ENTRY_64 = 0x200;

    private static final String FORMAT = "bzImage";
    private static final String PAYLOAD = "the payload of a bzImage";
    private static final int SMALLEST_FILE = 1024;
    private static final int LARGEST_SETUP = (255 + 1) * 512;
    private static final int BOOT_FLAG = 0xaa55;
    private static final int KERNEL_INFO_SIZE = 16;
    private static final long KERNEL_INFO_MAGIC = 0x506f_544c;
    private static final int TRAILER_SIZE = 4;
    private static final long LOWEST_CODE = 0x100000;
    private static final long PAGE = 4096;

    private final Content content;
    private final SetupHeader header;
    private final Content protectedModeCode;
    private final Optional<String> versionString;
    private final Optional<KernelInfo> kernelInfo;
    private final Optional<Payload> payload;

    private BzImage(Content content, SetupHeader header, ByteView setup) throws IOException {
        this.content = content;
        this.header = header;
        this.protectedModeCode = content.slice(header.setupSize(), content.size() - header.setupSize());
        this.versionString = versionString(header, setup);
        this.kernelInfo = kernelInfo(header, protectedModeCode);
        this.payload = payload(header, protectedModeCode);
        if (payload.isPresent()) {
            verifyRoom(header, payload.get());
        }
    }

    /**
     * Reads a bzImage and checks it.
     *
     * @param file the whole file; it must not change while the result is in use
     * @return what is in it
     * @throws MalformedInputException if it is no bzImage, then saying what it is, or breaks a rule of the boot protocol
     * @throws IOException if the file cannot be read
     */
    public static BzImage parse(Content file) throws IOException {
        ByteView head = file.head(FORMAT, ByteOrder.LITTLE_ENDIAN, LARGEST_SETUP);
        if (!hasMagic(head)) {
            throw malformed(
                    SetupHeader.MAGIC,
                    "a bzImage has \"HdrS\" here, but this is "
                            + KernelFiles.identify(file).description());
        }
        head.verify(
                file.size() >= SMALLEST_FILE,
                file.size(),
                "a bzImage has at least %d bytes, this has %d".formatted(SMALLEST_FILE, file.size()));
        head.verify(
                head.u16(0x1fe) == BOOT_FLAG, 0x1fe, "boot_flag must be 0xaa55, is 0x%04x".formatted(head.u16(0x1fe)));
        SetupHeader header = SetupHeader.read(head);
        head.verify(
                header.loadedHigh(),
                0x211,
                "loadflags must have LOADED_HIGH, is 0x%02x: an old zImage, which runs at 64 KiB"
                        .formatted(header.loadflags()));
        int setupSize = header.setupSize();
        int smallest = setupSize + (entry64(header) ? ENTRY_64 : 0) + 1;
        head.verify(
                file.size() >= smallest,
                0x1f1,
                "with setup_sects %d, the code must begin at 0x%x and have its entries, but the file ends at 0x%x"
                        .formatted(header.setupSects(), setupSize, file.size()));
        verifyPlacement(header, head, file.size() - setupSize);
        return new BzImage(file, header, head.slice(0, setupSize));
    }

    /** Whether the magic number of protocol 2.00 and newer is there. */
    static boolean hasMagic(ByteView head) throws MalformedInputException {
        return head.size() >= SetupHeader.MAGIC + Integer.BYTES && head.u32(SetupHeader.MAGIC) == SetupHeader.HDRS;
    }

    private static void verifyPlacement(SetupHeader header, ByteView head, long codeSize)
            throws MalformedInputException {
        long alignment = header.kernelAlignment();
        if (header.relocatable()) {
            head.verify(
                    Long.bitCount(alignment) == 1,
                    0x230,
                    "kernel_alignment must be a power of two, is 0x%x".formatted(alignment));
            head.verify(
                    header.minAlignment() <= Long.numberOfTrailingZeros(alignment),
                    0x235,
                    "min_alignment 2^%d must not be above kernel_alignment 0x%x"
                            .formatted(header.minAlignment(), alignment));
        }
        if (header.version() >= 0x020a) {
            head.verify(
                    header.initSize() >= codeSize,
                    0x260,
                    "init_size must not be below the size of the code, 0x%x, is 0x%x"
                            .formatted(codeSize, header.initSize()));
            if (!header.relocatable()) {
                head.verify(
                        Long.compareUnsigned(header.prefAddress(), LOWEST_CODE) >= 0
                                && header.prefAddress() % PAGE == 0,
                        0x258,
                        "without relocatable_kernel, pref_address must be a multiple of 0x%x not below 0x%x, is 0x%x"
                                .formatted(PAGE, LOWEST_CODE, header.prefAddress()));
            }
            long needed = header.initSize() + (header.relocatable() ? alignment - 1 : 0);
            head.verify(
                    Long.compareUnsigned(header.prefAddress(), -needed) < 0,
                    0x258,
                    "pref_address and the 0x%x bytes that init_size and alignment need must end below 2^64, is 0x%x"
                            .formatted(needed, header.prefAddress()));
        }
    }

    /** What comes out of the payload lies within init_size (arch/x86/boot/header.S, "INIT_SIZE"). */
    private static void verifyRoom(SetupHeader header, Payload payload) throws MalformedInputException {
        long output = payload.uncompressedSize().orElse(0);
        if (header.version() >= 0x020a && header.initSize() < output) {
            throw malformed(
                    0x260,
                    "init_size must not be below the size of the decompressed payload, 0x%x, is 0x%x"
                            .formatted(output, header.initSize()));
        }
    }

    private static Optional<String> versionString(SetupHeader header, ByteView setup) throws MalformedInputException {
        if (header.kernelVersion() == 0) {
            return Optional.empty();
        }
        long offset = header.kernelVersion() + 0x200L;
        setup.verify(
                offset < setup.size(),
                0x20e,
                "kernel_version must point into the setup code, which ends at 0x%x, is 0x%x"
                        .formatted(setup.size(), header.kernelVersion()));
        return Optional.of(setup.cString(offset, (int) (setup.size() - offset)));
    }

    private static Optional<KernelInfo> kernelInfo(SetupHeader header, Content code) throws IOException {
        long offset = header.kernelInfoOffset();
        if (offset == 0) {
            return Optional.empty();
        }
        long available = code.size() - offset;
        if (available < KERNEL_INFO_SIZE) {
            throw malformed(
                    0x268,
                    "kernel_info_offset must leave %d bytes of the code, which has 0x%x bytes, is 0x%x"
                            .formatted(KERNEL_INFO_SIZE, code.size(), offset));
        }
        ByteBuffer info = ByteBuffer.wrap(code.copy(offset, KERNEL_INFO_SIZE)).order(ByteOrder.LITTLE_ENDIAN);
        long start = header.setupSize() + offset;
        if (info.getInt(0) != KERNEL_INFO_MAGIC) {
            throw malformed(start, "kernel_info must begin with \"LToP\", not 0x%08x".formatted(info.getInt(0)));
        }
        long size = Integer.toUnsignedLong(info.getInt(4));
        long sizeTotal = Integer.toUnsignedLong(info.getInt(8));
        if (size < KERNEL_INFO_SIZE || size > sizeTotal || sizeTotal > available) {
            throw malformed(
                    start + 4,
                    "the sizes of kernel_info must be ordered 0x%x <= size <= size_total <= 0x%x, are 0x%x and 0x%x"
                            .formatted(KERNEL_INFO_SIZE, available, size, sizeTotal));
        }
        return Optional.of(new KernelInfo(size, sizeTotal, Integer.toUnsignedLong(info.getInt(12))));
    }

    private static Optional<Payload> payload(SetupHeader header, Content code) throws IOException {
        long offset = header.payloadOffset();
        long length = header.payloadLength();
        if (offset + length > code.size()) {
            throw malformed(
                    0x248,
                    "payload_offset and payload_length must lie within the code, which has 0x%x bytes, are 0x%x and 0x%x"
                            .formatted(code.size(), offset, length));
        }
        if (length == 0) {
            return Optional.empty();
        }
        Compression compression =
                Compression.of(ByteBuffer.wrap(code.copy(offset, (int) Math.min(length, Compression.HEAD))));
        OptionalLong uncompressedSize = switch (compression) {
            case NONE -> OptionalLong.of(length);
            case UNKNOWN -> OptionalLong.empty();
            default -> trailer(code, offset, length);
        };
        boolean appended =
                uncompressedSize.isPresent() && compression != Compression.NONE && compression != Compression.GZIP;
        Content stream = code.slice(offset, appended ? length - TRAILER_SIZE : length);
        return Optional.of(new Payload(offset, length, compression, uncompressedSize, stream));
    }

    private static OptionalLong trailer(Content code, long offset, long length) throws IOException {
        if (length < TRAILER_SIZE) {
            return OptionalLong.empty();
        }
        ByteBuffer trailer = ByteBuffer.wrap(code.copy(offset + length - TRAILER_SIZE, TRAILER_SIZE));
        return OptionalLong.of(
                Integer.toUnsignedLong(trailer.order(ByteOrder.LITTLE_ENDIAN).getInt()));
    }

    private static MalformedInputException malformed(long offset, String rule) {
        return new MalformedInputException(FORMAT, offset, rule);
    }

    private static boolean entry64(SetupHeader header) {
        return (header.xloadflags() & SetupHeader.XLF_KERNEL_64) != 0;
    }

    @Override
    public Content content() {
        return content;
    }

    /**
     * {@return the setup header}
     */
    public SetupHeader header() {
        return header;
    }

    /**
     * {@return what is loaded: the file from behind the setup code to its end. Always the same object, so its digest is
     * computed once}
     */
    public Content protectedModeCode() {
        return protectedModeCode;
    }

    /**
     * {@return the version in words, such as {@code 6.12.117 (builder@host) #1 SMP ...}, byte for byte as ISO 8859-1; empty
     * if the header does not point to one}
     */
    public Optional<String> versionString() {
        return versionString;
    }

    /**
     * {@return what the kernel says about itself; empty before 2.15}
     */
    public Optional<KernelInfo> kernelInfo() {
        return kernelInfo;
    }

    /**
     * {@return the compressed kernel; empty before 2.08, or if the header does not point to one}
     */
    public Optional<Payload> payload() {
        return payload;
    }

    /**
     * Decompresses the payload.
     *
     * @param limits how much it may take
     * @return the kernel itself, as the linker and objcopy of its build left it: without symbols, and on some kernels followed
     *     by a table of relocations
     * @throws UnsupportedCombinationException if the header points to no payload, or its decoder is not there
     * @throws MalformedInputException if the payload is damaged, or holds no ELF kernel
     * @throws IOException if the file cannot be read
     */
    public ElfKernel vmlinux(Decompression limits) throws IOException {
        Content kernel = decompressedPayload(limits);
        try {
            return ElfKernel.parse(kernel);
        } catch (MalformedInputException e) {
            throw e.within(PAYLOAD);
        }
    }

    /** What comes out of the payload. */
    private Content decompressedPayload(Decompression limits) throws IOException {
        Payload packed = payload.orElseThrow(() -> new UnsupportedCombinationException(
                "the header points to no payload (boot protocol %d.%02d), so no vmlinux can be taken out of this bzImage"
                        .formatted(header.version() >> 8, header.version() & 0xff)));
        Content kernel;
        try {
            kernel = limits.decompress(packed.stream(), packed.compression());
        } catch (MalformedInputException e) {
            throw e.within(PAYLOAD);
        }
        long expected = packed.uncompressedSize().orElse(kernel.size());
        if ((int) kernel.size() != (int) expected) {
            throw malformed(
                    header.setupSize() + packed.offset() + packed.length() - TRAILER_SIZE,
                    "the last four bytes of the payload must be the size of its output, 0x%x, are 0x%x"
                            .formatted(kernel.size(), expected));
        }
        return kernel;
    }

    /**
     * {@return whether the kernel can be entered in 64-bit mode, at {@link #ENTRY_64}: from 2.12, {@code XLF_KERNEL_64}}
     */
    public boolean has64BitEntry() {
        return entry64(header);
    }

    /**
     * {@return whether the kernel, its boot_params, command line and initrd may lie above 4 GiB: it has a 64-bit entry and
     * {@code XLF_CAN_BE_LOADED_ABOVE_4G}}
     */
    public boolean canBeLoadedAbove4G() {
        return has64BitEntry() && (header.xloadflags() & SetupHeader.XLF_CAN_BE_LOADED_ABOVE_4G) != 0;
    }

    /**
     * {@return how many bytes of memory the kernel needs from the address where it runs, not rounded: {@code init_size}, and
     * before 2.10, which has no such field, three times the size of the code, as GRUB does}
     */
    public long memorySize() {
        return header.version() >= 0x020a ? header.initSize() : 3 * protectedModeCode.size();
    }

    @Override
    public String toString() {
        return "bzImage " + versionString.orElse("without a version") + ", " + protectedModeCode.size() + " bytes";
    }
}

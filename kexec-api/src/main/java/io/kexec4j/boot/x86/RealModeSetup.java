package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86RealMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The setup code of a kernel as a boot loader leaves it in memory (boot.rst, "Memory Layout" and "Sample Boot Configuration"): 64
 * KiB that one segment register reaches, which the file begins and heap and stack end; then the command line and setup_data.
 *
 * @param kernel of protocol 2.02 or newer
 * @param commandLine the bytes of the command line, without a NUL
 * @param setupData the nodes, in the order of the list
 */
record RealModeSetup(BzImage kernel, Content commandLine, List<SetupData> setupData) {
    /** The end of heap and stack: as much as SP can point to. */
    static final int STACK = 0xfffc;

    /** What the setup code may have of the 64 KiB: no kernel has more than half (arch/x86/boot/setup.ld), and the rest is heap. */
    private static final int LARGEST_SETUP = 0xe000;

    private static final int SEGMENT_SIZE = 0x1_0000;
    private static final int ALIGNMENT = 16;

    /** boot.rst, "heap_end_ptr": the offset of the end of the heap, minus this. */
    private static final int HEAP_MARGIN = 0x200;

    private static final int CAN_USE_HEAP = 0x80;

    /** Collects what the segment is made of, and checks that it can be. */
    static RealModeSetup of(BootRequest request, BzImage kernel, LinuxHeader header) {
        if (kernel.header().setupSize() > LARGEST_SETUP) {
            throw new ProtocolLimitException(
                    "bytes of the setup code of this kernel", kernel.header().setupSize(), LARGEST_SETUP);
        }
        List<SetupData> nodes =
                header.knows(SetupData.Type.RNG_SEED) ? List.of(SetupDataList.seed(request)) : List.of();
        return new RealModeSetup(kernel, LinuxBootParams.commandLine(request, header), nodes);
    }

    private int setupDataOffset() {
        return (SEGMENT_SIZE + Math.toIntExact(commandLine.size()) + 1 + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** The size in bytes. */
    int size() {
        return setupDataOffset() + SetupData.size(setupData);
    }

    /** Where the kernel is entered, for a segment at an address. */
    static X86RealMode exit(PhysicalRange place) {
        return new X86RealMode(place.start(), STACK);
    }

    /**
     * Makes the segment.
     *
     * @param place where it will lie, with room for {@link #size}
     * @param code where the protected-mode code will lie
     * @param initrd where the initrd will lie, if there is one, and its size
     * @throws IOException if the file has shrunk
     */
    Segment at(PhysicalRange place, PhysicalRange code, Optional<InitrdPlace> initrd) throws IOException {
        int setupSize = kernel.header().setupSize();
        long setupDataAddress = place.start() + setupDataOffset();
        ByteBuffer bytes = ByteBuffer.allocate(size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(kernel.content().copy(0, setupSize));
        bytes.put(BootParamsField.TYPE_OF_LOADER.offset(), (byte) LinuxBootParams.TYPE_OF_LOADER)
                .put(BootParamsField.LOADFLAGS.offset(), (byte) (kernel.header().loadflags() | CAN_USE_HEAP))
                .putShort(BootParamsField.HEAP_END_PTR.offset(), (short) (STACK - HEAP_MARGIN))
                .putInt(BootParamsField.CODE32_START.offset(), (int) code.start())
                .putInt(BootParamsField.CMD_LINE_PTR.offset(), (int) (place.start() + SEGMENT_SIZE));
        initrd.ifPresent(file -> bytes.putInt(BootParamsField.RAMDISK_IMAGE.offset(), (int)
                        file.place().start())
                .putInt(BootParamsField.RAMDISK_SIZE.offset(), (int) file.size()));
        bytes.position(SEGMENT_SIZE);
        commandLine.slices().forEach(bytes::put);
        bytes.position(setupDataOffset());
        if (!setupData.isEmpty()) {
            bytes.putLong(BootParamsField.SETUP_DATA.offset(), setupDataAddress);
            SetupData.write(setupData, setupDataAddress, bytes);
        }
        return new Segment(
                SegmentRole.SETUP_CODE,
                place,
                Content.of(bytes.flip()),
                "as high as possible below 640 KiB: setup code, heap and stack, the command line, %d setup_data"
                        .formatted(setupData.size()));
    }

    /**
     * Where an initrd lies.
     *
     * @param place in whole pages
     * @param size in bytes
     */
    record InitrdPlace(PhysicalRange place, long size) {}
}

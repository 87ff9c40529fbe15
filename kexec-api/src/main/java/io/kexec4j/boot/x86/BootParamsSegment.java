package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The segment that holds boot_params and all that it points to but the initrd: boot_params in the first page, then the command
 * line with its NUL and room behind it, then the memory map of EFI's runtime services, then the setup_data nodes. It is one segment, as the kernel's own
 * loader makes it (arch/x86/kernel/kexec-bzimage64.c), because segments are few.
 *
 * @param commandLine the bytes of the command line, without a NUL
 * @param room bytes behind the NUL that stay free
 * @param efiMemoryMap the memory map of EFI's runtime services; may be empty
 * @param setupData the nodes, in the order of the list
 */
record BootParamsSegment(Content commandLine, int room, Content efiMemoryMap, List<SetupData> setupData) {
    private static final int ALIGNMENT = 16;
    static final int COMMAND_LINE_OFFSET = BootParams.SIZE;

    int size() {
        return Math.addExact(setupDataOffset(), SetupData.size(setupData));
    }

    private int efiMemoryMapOffset() {
        return aligned(Math.addExact(COMMAND_LINE_OFFSET, Math.toIntExact(commandLine.size() + 1 + room)));
    }

    private int setupDataOffset() {
        return aligned(Math.addExact(efiMemoryMapOffset(), Math.toIntExact(efiMemoryMap.size())));
    }

    private static int aligned(int offset) {
        return Math.addExact(offset, ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Where the memory map of EFI's runtime services lies in a segment at an address. */
    long efiMemoryMapAddress(long address) {
        return address + efiMemoryMapOffset();
    }

    /** Writes the pointers into boot_params, for a segment at an address. */
    void point(BootParams.Builder bootParams, long address) {
        long commandLineAddress = address + COMMAND_LINE_OFFSET;
        bootParams
                .put(BootParamsField.CMD_LINE_PTR, Halves.low(commandLineAddress))
                .put(BootParamsField.EXT_CMD_LINE_PTR, Halves.high(commandLineAddress))
                .put(BootParamsField.SETUP_DATA, setupData.isEmpty() ? 0 : address + setupDataOffset());
    }

    /** The content of the segment at an address. */
    Content encode(BootParams bootParams, long address) {
        ByteBuffer bytes = ByteBuffer.allocate(size());
        bytes.put(bootParams.toByteArray());
        commandLine.slices().forEach(bytes::put);
        bytes.position(efiMemoryMapOffset());
        efiMemoryMap.slices().forEach(bytes::put);
        bytes.position(setupDataOffset());
        SetupData.write(setupData, address + setupDataOffset(), bytes);
        return Content.of(bytes.flip());
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.boot.Module;
import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The information of the Multiboot2 Specification 2.0, 3.6 "Boot information": {@code u32 size, u32 0}, then tags {@code u32 type,
 * u32 size} with their content, each of which begins at a multiple of 8 and leaves its padding out of its size.
 */
final class Multiboot2Information implements MultibootInformation {
    private static final int COMMAND_LINE = 1;
    private static final int LOADER_NAME = 2;
    private static final int MODULE = 3;
    private static final int BASIC_MEMORY = 4;
    private static final int MEMORY_MAP = 6;
    private static final int FRAMEBUFFER = 8;
    private static final int LOAD_BASE = 21;
    private static final int END = 0;

    /** What a kernel can ask for and gets; modules are there if the user gives some. */
    private static final Set<Long> TYPES = Set.of(
            (long) COMMAND_LINE, (long) LOADER_NAME, (long) MODULE, (long) BASIC_MEMORY, (long) MEMORY_MAP, (long)
                    LOAD_BASE);

    private static final int FIXED = 8;
    private static final int TAG = 8;
    private static final int ENTRY_SIZE = 24;

    private final byte[] commandLine;
    private final byte[] loader = MultibootInformation.text(LOADER);
    private final long loadBase;
    private final MultibootMemory memory;
    private final Optional<MultibootFramebuffer> framebuffer;
    private final long modulesSize;

    /**
     * Collects what is told.
     *
     * @param loadBase physical address where the kernel begins
     */
    Multiboot2Information(
            String commandLine,
            long loadBase,
            MultibootMemory memory,
            Optional<MultibootFramebuffer> framebuffer,
            List<Module> modules) {
        this.commandLine = MultibootInformation.text(commandLine);
        this.loadBase = loadBase;
        this.memory = memory;
        this.framebuffer = framebuffer;
        this.modulesSize = modules.stream()
                .mapToLong(module -> padded(TAG + 8 + MultibootInformation.text(module.arguments()).length))
                .sum();
    }

    /** Whether a kernel can be told that. */
    static boolean tells(long type, Optional<MultibootFramebuffer> framebuffer) {
        return TYPES.contains(type) || (type == FRAMEBUFFER && framebuffer.isPresent());
    }

    private static long padded(long size) {
        return size + 7 & -8;
    }

    private long mapSize() {
        return TAG + 8 + (long) ENTRY_SIZE * memory.entries();
    }

    @Override
    public long size() {
        return FIXED
                + padded(TAG + commandLine.length)
                + padded(TAG + loader.length)
                + padded(TAG + 8)
                + padded(mapSize())
                + padded(TAG + 4)
                + (framebuffer.isPresent() ? padded(TAG + MultibootFramebuffer.SIZE) : 0)
                + modulesSize
                + TAG;
    }

    @Override
    public Content at(long address, List<MultibootModule> modules) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size())).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(out.limit()).putInt(0);
        tag(out, COMMAND_LINE, commandLine.length).put(commandLine);
        tag(out, LOADER_NAME, loader.length).put(loader);
        tag(out, BASIC_MEMORY, 8).putInt(memory.lowerKib()).putInt(memory.upperKib());
        tag(out, MEMORY_MAP, mapSize() - TAG).putInt(ENTRY_SIZE).putInt(0);
        for (int i = 0; i < memory.entries(); i++) {
            memory.put(i, out);
            out.putInt(0);
        }
        framebuffer.ifPresent(screen -> screen.put(tag(out, FRAMEBUFFER, MultibootFramebuffer.SIZE)));
        tag(out, LOAD_BASE, 4).putInt((int) loadBase);
        for (MultibootModule module : modules) {
            byte[] arguments = MultibootInformation.text(module.arguments());
            tag(out, MODULE, 8 + arguments.length)
                    .putInt((int) module.start())
                    .putInt((int) module.end())
                    .put(arguments);
        }
        tag(out, END, 0);
        return Content.of(out.flip());
    }

    /** Goes to the next multiple of 8 and begins a tag there. */
    private static ByteBuffer tag(ByteBuffer out, int type, long contentSize) {
        return out.position((int) padded(out.position())).putInt(type).putInt((int) (TAG + contentSize));
    }
}

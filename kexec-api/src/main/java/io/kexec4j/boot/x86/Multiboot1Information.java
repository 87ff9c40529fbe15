package io.kexec4j.boot.x86;

import io.kexec4j.boot.Module;
import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The information structure of the Multiboot Specification 0.6.96, 3.3 "Boot information format", with all that it points to but
 * the modules: the structure, the list of modules, the memory map, the texts.
 */
final class Multiboot1Information implements MultibootInformation {
    private static final int SIZE = 116;
    private static final int MODULE_SIZE = 16;
    private static final int ENTRY_SIZE = 24;

    /** What is valid: memory (0), command line (2), modules (3), memory map (6), name of the boot loader (9). */
    private static final int FLAGS = 1 | 1 << 2 | 1 << 3 | 1 << 6 | 1 << 9;

    private final byte[] commandLine;
    private final byte[] loader = MultibootInformation.text(LOADER);
    private final MultibootMemory memory;
    private final int modules;
    private final long argumentsSize;

    Multiboot1Information(String commandLine, MultibootMemory memory, List<Module> modules) {
        this.commandLine = MultibootInformation.text(commandLine);
        this.memory = memory;
        this.modules = modules.size();
        this.argumentsSize = modules.stream()
                .mapToLong(module -> MultibootInformation.text(module.arguments()).length)
                .sum();
    }

    @Override
    public long size() {
        return textsOffset() + commandLine.length + loader.length + argumentsSize;
    }

    private int modulesOffset() {
        return SIZE;
    }

    private long mapOffset() {
        return modulesOffset() + (long) MODULE_SIZE * modules;
    }

    private long textsOffset() {
        return mapOffset() + (long) ENTRY_SIZE * memory.entries();
    }

    @Override
    public Content at(long address, List<MultibootModule> placed) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size())).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, FLAGS)
                .putInt(4, memory.lowerKib())
                .putInt(8, memory.upperKib())
                .putInt(20, modules)
                .putInt(24, (int) (address + modulesOffset()))
                .putInt(44, ENTRY_SIZE * memory.entries())
                .putInt(48, (int) (address + mapOffset()));
        out.position((int) mapOffset());
        for (int i = 0; i < memory.entries(); i++) {
            out.putInt(ENTRY_SIZE - Integer.BYTES); // its size without this field
            memory.put(i, out);
        }
        out.putInt(16, (int) (address + out.position())).put(commandLine);
        out.putInt(64, (int) (address + out.position())).put(loader);
        for (int i = 0; i < modules; i++) {
            MultibootModule module = placed.get(i);
            int entry = modulesOffset() + MODULE_SIZE * i;
            out.putInt(entry, (int) module.start())
                    .putInt(entry + 4, (int) module.end())
                    .putInt(entry + 8, (int) (address + out.position()))
                    .put(MultibootInformation.text(module.arguments()));
        }
        return Content.of(out.flip());
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A node of the list that {@code setup_data} in boot_params points to: {@code u64 next, u32 type, u32 len}, then the data
 * (Documentation/arch/x86/boot.rst, "setup_data").
 *
 * @param type what the data are
 * @param data the data, at most 4 GiB
 */
public record SetupData(Type type, Content data) {
    /** {@code sizeof(struct setup_data)}, without the data. */
    public static final int HEADER_SIZE = 16;

    /** A device tree must begin at a multiple of 8, or the second kernel refuses it (fdt_check_header). */
    private static final int ALIGNMENT = 8;

    /** What the data of a node are (arch/x86/include/uapi/asm/setup_data.h). */
    public enum Type {
        /** {@code SETUP_E820_EXT}: the entries of the e820 table that have no room in boot_params. */
        E820_EXT(1),
        /** {@code SETUP_DTB}: a flattened device tree. */
        DTB(2),
        /** {@code SETUP_EFI}: what a kernel needs to know of EFI that is not the first to run. */
        EFI(4),
        /** {@code SETUP_RNG_SEED}: a seed for the random number generator. The kernel wipes it after use. */
        RNG_SEED(9);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        /**
         * {@return the number in the node}
         */
        public int code() {
            return code;
        }
    }

    /**
     * {@return the size of some nodes, one behind the other, each rounded up to a multiple of 8 bytes}
     *
     * @param nodes the list
     */
    static int size(List<SetupData> nodes) {
        return nodes.stream()
                .mapToInt(node -> Math.toIntExact(node.paddedSize()))
                .reduce(0, Math::addExact);
    }

    private long paddedSize() {
        return (HEADER_SIZE + data.size() + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /**
     * Writes nodes one behind the other, each from a multiple of 8 bytes on; each points to the next, and the last to none.
     *
     * @param nodes the list
     * @param address physical address of the first, a multiple of 8
     * @param out where to write; its position moves
     */
    static void write(List<SetupData> nodes, long address, ByteBuffer out) {
        out.order(ByteOrder.LITTLE_ENDIAN);
        long end = address;
        for (int i = 0; i < nodes.size(); i++) {
            SetupData node = nodes.get(i);
            long padding = node.paddedSize() - HEADER_SIZE - node.data.size();
            end += node.paddedSize();
            boolean last = i + 1 == nodes.size();
            out.putLong(last ? 0 : end);
            out.putInt(node.type.code);
            out.putInt((int) node.data.size());
            node.data.slices().forEach(out::put);
            out.put(new byte[(int) padding]);
        }
    }
}

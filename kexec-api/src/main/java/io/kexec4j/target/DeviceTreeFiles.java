package io.kexec4j.target;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /sys/firmware/fdt}, or where a kernel for x86 keeps the device tree that its boot loader gave it. */
final class DeviceTreeFiles {
    private static final String FDT = "sys/firmware/fdt";
    private static final String SETUP_DATA = "sys/kernel/boot_params/setup_data";

    /** {@code SETUP_DTB} (arch/x86/include/uapi/asm/setup_data.h). */
    private static final long SETUP_DTB = 2;

    /** More nodes than any boot loader makes. */
    private static final int MAX_NODES = 1024;

    /** {@code FDT_MAGIC} (Devicetree Specification 0.4, section 5.2). */
    private static final int MAGIC = 0xd00dfeed;

    private static final int HEADER_SIZE = 40;

    private DeviceTreeFiles() {}

    /** Every file that there may be. */
    static List<String> names(RootFiles files) throws IOException {
        List<String> names = new ArrayList<>(List.of(FDT));
        for (String node : nodes(files)) {
            names.add(node + "/type");
            names.add(node + "/data");
        }
        return names;
    }

    /** The device tree, if there is one. */
    static Optional<Content> read(RootFiles files) throws IOException {
        for (String name : names(files)) {
            Optional<byte[]> tree = name.endsWith("/type") ? Optional.empty() : files.bytes(name);
            if (tree.isPresent()) {
                ByteBuffer bytes = ByteBuffer.wrap(tree.get());
                if (bytes.limit() < HEADER_SIZE || bytes.getInt(0) != MAGIC) {
                    throw RootFiles.malformed(name, "a device tree must begin with 0xd00dfeed and have a header");
                }
                return Optional.of(Content.of(tree.get()));
            }
        }
        return Optional.empty();
    }

    private static List<String> nodes(RootFiles files) throws IOException {
        List<String> nodes = new ArrayList<>();
        for (int node : files.numbers(SETUP_DATA, MAX_NODES)) {
            String directory = SETUP_DATA + "/" + node;
            if (files.address(directory + "/type") == SETUP_DTB) {
                nodes.add(directory);
            }
        }
        return nodes;
    }
}

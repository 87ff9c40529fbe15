package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which nodes of setup_data a second kernel gets. {@code SETUP_IMA} is not among them: the log grows until the machine jumps,
 * and only the running kernel can copy its end.
 *
 * @param e820 the memory map, whose end may lie in a node
 * @param nodes the nodes, in the order of the list
 * @param remarks what was left out
 */
record SetupDataList(E820Table e820, List<SetupData> nodes, List<String> remarks) {
    private static final int SEED_SIZE = 32;

    static SetupDataList of(BootRequest request, LinuxHeader header, Optional<SetupData> efi) {
        E820Table e820 = E820Table.of(KeptMemory.told(request));
        List<SetupData> nodes = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        int rest = e820.regions().size() - e820.count();
        if (rest > 0 && header.knows(SetupData.Type.E820_EXT)) {
            nodes.add(new SetupData(SetupData.Type.E820_EXT, Content.of(e820.rest())));
        } else if (rest > 0) {
            remarks.add(
                    "the kernel is told of %d regions of memory, not of %d more: boot protocol %d.%02d has no room for them"
                            .formatted(e820.count(), rest, header.version() >> 8, header.version() & 0xff));
        }
        efi.ifPresent(nodes::add);
        deviceTree(request, header).ifPresent(nodes::add);
        if (header.knows(SetupData.Type.RNG_SEED)) {
            nodes.add(seed(request));
        } else if (header.takesSetupData()) {
            remarks.add(
                    "the second kernel is given no random seed: it does not know SETUP_RNG_SEED (boot protocol %d.%02d, setup_type_max 0x%x)"
                            .formatted(header.version() >> 8, header.version() & 0xff, header.setupTypeMax()));
        }
        return new SetupDataList(e820, nodes, remarks);
    }

    /** For a kernel that knows it. */
    static SetupData seed(BootRequest request) {
        byte[] seed = new byte[SEED_SIZE];
        request.random().fill(seed);
        return new SetupData(SetupData.Type.RNG_SEED, Content.of(seed));
    }

    private static Optional<SetupData> deviceTree(BootRequest request, LinuxHeader header) {
        Optional<Content> tree = request.deviceTree();
        if (request.has(X86Option.REUSE_DEVICE_TREE)) {
            if (tree.isPresent()) {
                throw new UnsupportedCombinationException(
                        "there can be one device tree: a new one, or that of the running kernel");
            }
            tree = request.target().deviceTree();
            if (tree.isEmpty()) {
                throw new UnsupportedCombinationException(
                        "the device tree of the running kernel cannot be reused: it has none, or it is unknown");
            }
        }
        if (tree.isPresent() && !header.knows(SetupData.Type.DTB)) {
            throw new UnsupportedCombinationException(
                    "the second kernel does not know SETUP_DTB (setup_type_max 0x%x)".formatted(header.setupTypeMax()));
        }
        return tree.map(content -> new SetupData(SetupData.Type.DTB, content));
    }
}

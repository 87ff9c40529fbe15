package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code /sys/firmware/fdt}, or where a kernel for x86 keeps the device tree that its boot loader gave it, or else {@code
 * /proc/device-tree}: Linux hides the first if it finds that its bytes have changed (drivers/of/fdt.c, of_fdt_raw_init).
 */
final class DeviceTreeFiles {
    private static final String FDT = "sys/firmware/fdt";
    private static final String SETUP_DATA = "sys/kernel/boot_params/setup_data";

    /** {@code SETUP_DTB} (arch/x86/include/uapi/asm/setup_data.h). */
    private static final long SETUP_DTB = 2;

    /** More nodes than any boot loader makes. */
    private static final int MAX_NODES = 1024;

    private DeviceTreeFiles() {}

    /** Every file that there may be of the tree that counts. */
    static List<String> names(RootFiles files) throws IOException {
        if (files.has(FDT)) {
            return List.of(FDT);
        }
        List<String> names = new ArrayList<>();
        for (String node : nodes(files)) {
            names.add(node + "/type");
            names.add(node + "/data");
        }
        return names;
    }

    /** Whether the tree that counts is in {@link DeviceTreeDirectory}. */
    static boolean isDirectory(RootFiles files) throws IOException {
        return !files.has(FDT) && nodes(files).isEmpty();
    }

    /** The device tree, if there is one. */
    static Optional<Fdt> read(RootFiles files) throws IOException {
        for (String name : names(files)) {
            Optional<byte[]> tree = name.endsWith("/type") ? Optional.empty() : files.bytes(name);
            if (tree.isPresent()) {
                return Optional.of(read(name, tree.get()));
            }
        }
        return isDirectory(files) ? DeviceTreeDirectory.read(files) : Optional.empty();
    }

    private static Fdt read(String name, byte[] bytes) throws MalformedInputException {
        try {
            return Fdt.read(ByteBuffer.wrap(bytes));
        } catch (FdtException e) {
            MalformedInputException malformed =
                    new MalformedInputException(name, e.offset().orElse(0), e.rule());
            malformed.initCause(e);
            throw malformed;
        }
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

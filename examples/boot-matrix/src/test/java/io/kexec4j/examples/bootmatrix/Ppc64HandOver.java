package io.kexec4j.examples.bootmatrix;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Starts an image for ppc64 in either byte order without a first Linux, as {@link HandOver} does for x86_64. A launcher
 * (launcher.S, which says more) takes the place of the firmware in a machine below a hypervisor, and does what Linux does last,
 * with all processors.
 */
final class Ppc64HandOver {
    static final long RAM_SIZE = 0x2000_0000;

    /** Where the launcher goes; its first bytes are the machine's RTAS, and behind it, QEMU has a device tree of its own. */
    static final long RTAS = 0x1fd0_0000;

    /** What an image may take: what lies between the launcher's first place with the vectors, and its last place. */
    static final PhysicalRange FREE = new PhysicalRange(0x1_0000, RTAS);

    private static final String MEBIBYTES = "512";

    private static final long PARAMETERS = 0x3000;
    private static final int PARAMETERS_SIZE = 5 * Long.BYTES;

    /** Without what QEMU would print that it cannot emulate. */
    private static final String MACHINE = "pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off";

    private Ppc64HandOver() {}

    /**
     * The kernel that starts another.
     *
     * @param order its byte order, in which that processor enters the image; the others go on in big-endian order anyway
     * @param processors how many it has, from number 0 on
     * @param processor number of the one that enters the image
     */
    record Old(ByteOrder order, int processors, int processor) {}

    /**
     * The device tree that QEMU makes for the machine, with the RTAS that a firmware adds, and with the running kernel, as that adds
     * itself: all that is not in {@link #FREE} belongs to either.
     */
    static EditableTree tree(int processors) throws Exception {
        Path file = Path.of("target", "segments", "pseries-%d.dtb".formatted(processors));
        Files.createDirectories(file.getParent());
        List<String> command = command(processors, MACHINE + ",dumpdtb=" + file);
        command.addAll(List.of("-serial", "null"));
        Commands.run(command.toArray());
        EditableTree tree = Fdt.read(file).edit();
        tree.node("/rtas")
                .orElseThrow()
                .set("linux,rtas-base", PropertyValue.ofCells((int) RTAS))
                .set("linux,rtas-entry", PropertyValue.ofCells((int) RTAS))
                .set("rtas-size", PropertyValue.ofCells((int) (RAM_SIZE - RTAS)));
        tree.root().childOrAdd("chosen").set("linux,kernel-end", PropertyValue.ofU64(FREE.start()));
        return tree;
    }

    /**
     * Boots an image and waits until it has switched the machine off.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param old what starts it
     * @param image with segments in {@link #FREE}, each with content of one piece
     */
    static Console boot(String name, Old old, KexecImage image) throws IOException, InterruptedException {
        return boot(name, old, HandOver.Segment.of(image), image.entry(), 0);
    }

    /**
     * Boots segments and waits until they have switched the machine off.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param old what starts them
     * @param segments in {@link #FREE}
     * @param start physical address: of code, and of the 256 bytes that all processors see at address 0
     * @param deviceTree physical address that is in r3 at the start, for a kernel without a purgatory; 0 leaves there what Linux
     *     leaves, the number of the processor
     */
    static Console boot(String name, Old old, List<HandOver.Segment> segments, long start, long deviceTree)
            throws IOException, InterruptedException {
        try (Guest guest = start(name, old, segments, start, deviceTree, List.of())) {
            return guest.awaitEnd(Duration.ofMinutes(1));
        }
    }

    /**
     * Boots segments that may leave the machine running.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param old what starts them
     * @param segments in {@link #FREE}
     * @param start as for {@link #boot}
     * @param deviceTree as for {@link #boot}
     * @param more arguments for QEMU
     * @return the machine, to be closed
     */
    static Guest start(
            String name, Old old, List<HandOver.Segment> segments, long start, long deviceTree, List<String> more)
            throws IOException {
        ByteBuffer parameters = ByteBuffer.allocate(PARAMETERS_SIZE)
                .putLong(RTAS)
                .putLong(start)
                .putLong(old.processor)
                .putLong(old.order == ByteOrder.LITTLE_ENDIAN ? 1 : 0)
                .putLong(deviceTree)
                .flip();
        List<String> command = command(old.processors, MACHINE);
        command.addAll(List.of("-serial", "stdio", "-bios", launcher().toString()));
        command.addAll(List.of("-device", new HandOver.Segment(PARAMETERS, parameters).loader()));
        for (HandOver.Segment segment : segments) {
            check(segment);
            command.addAll(List.of("-device", segment.loader()));
        }
        if (!more.contains("-monitor")) {
            command.addAll(List.of("-monitor", "none"));
        }
        command.addAll(more);
        return Guest.run(name, command);
    }

    private static List<String> command(int processors, String machine) {
        List<String> command =
                new ArrayList<>(List.of(Lab.tool("qemu-system-ppc64").toString()));
        command.addAll(List.of("-M", machine, "-vga", "none"));
        command.addAll(List.of("-accel", "tcg", "-m", MEBIBYTES, "-smp", Integer.toString(processors)));
        command.addAll(List.of("-display", "none", "-nodefaults", "-no-reboot"));
        return command;
    }

    /** What is at address 0 when an image is started, but for the 256 bytes that are the image's. */
    static byte[] lowMemory() throws IOException {
        return Files.readAllBytes(launcher());
    }

    private static void check(HandOver.Segment segment) {
        long end = segment.address() + segment.content().remaining();
        if (segment.address() < FREE.start() || end > FREE.end()) {
            throw new IllegalArgumentException(
                    "a segment at 0x%x is in the way of the launcher".formatted(segment.address()));
        }
    }

    private static Path launcher() {
        try {
            return Path.of(Objects.requireNonNull(Ppc64HandOver.class.getResource("launcher-ppc64.bin"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

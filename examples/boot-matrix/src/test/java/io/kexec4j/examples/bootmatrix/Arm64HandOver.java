package io.kexec4j.examples.bootmatrix;

import io.kexec4j.image.KexecImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts an image for arm64 without a first Linux, as {@link HandOver} does for x86_64. It takes no launcher: QEMU puts the
 * segments in their places and lets the processor begin at the entry, with MMU and data cache off as Linux leaves them.
 */
final class Arm64HandOver {
    /** Where RAM begins. QEMU puts a device tree of its own there, 1 MiB at most. */
    static final long RAM = 0x4000_0000;

    static final long UART = 0x900_0000;

    private static final String MEBIBYTES = "256";

    private Arm64HandOver() {}

    /**
     * A machine of QEMU.
     *
     * @param name with what makes it begin at EL1 or EL2
     * @param processor as QEMU names it
     */
    record Board(String name, String processor) {
        static final String AT_EL1 = "virt";
        static final String AT_EL2 = "virt,virtualization=on";

        /** An old one. */
        static final Board EL1 = new Board(AT_EL1, "cortex-a57");

        static final Board EL2 = new Board(AT_EL2, "cortex-a57");
    }

    /**
     * Boots an image and waits until it has switched the machine off.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param machine with 256 MiB
     * @param image with segments above QEMU's device tree, each with content of one piece
     */
    static Console boot(String name, Board machine, KexecImage image) throws IOException, InterruptedException {
        return boot(name, machine, HandOver.Segment.of(image), image.entry());
    }

    /**
     * Boots segments and waits until they have switched the machine off.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param machine with 256 MiB
     * @param segments above QEMU's device tree
     * @param entry physical address
     */
    static Console boot(String name, Board machine, List<HandOver.Segment> segments, long entry)
            throws IOException, InterruptedException {
        try (Guest guest = start(name, machine, segments, entry)) {
            return guest.awaitEnd(Duration.ofMinutes(1));
        }
    }

    /**
     * Boots segments that may leave the machine running.
     *
     * @param name of its transcript, {@code target/consoles/NAME.log}
     * @param machine with 256 MiB
     * @param segments above QEMU's device tree
     * @param entry physical address
     * @return the machine, to be closed
     */
    static Guest start(String name, Board machine, List<HandOver.Segment> segments, long entry) throws IOException {
        List<String> arguments = new ArrayList<>();
        for (HandOver.Segment segment : segments) {
            arguments.addAll(List.of("-device", segment.loader()));
        }
        arguments.addAll(List.of("-device", "loader,addr=0x%x,cpu-num=0".formatted(entry)));
        return start(name, machine, arguments);
    }

    /** Starts a machine with arguments for QEMU that say what it boots. */
    static Guest start(String name, Board machine, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Lab.tool("qemu-system-aarch64").toString()));
        command.addAll(List.of("-M", machine.name, "-cpu", machine.processor, "-accel", "tcg", "-m", MEBIBYTES));
        command.addAll(
                List.of("-display", "none", "-nodefaults", "-no-reboot", "-serial", "stdio", "-monitor", "none"));
        command.addAll(arguments);
        return Guest.run(name, command);
    }
}

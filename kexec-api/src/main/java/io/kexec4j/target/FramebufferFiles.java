package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code /sys/class/graphics/fb0}, and the devices that stand for the firmware's framebuffer. */
final class FramebufferFiles {
    private static final String DIRECTORY = "sys/class/graphics/fb0/";
    private static final String DRIVER = DIRECTORY + "name";
    private static final String SIZE = DIRECTORY + "virtual_size";
    private static final String STRIDE = DIRECTORY + "stride";

    /** The names that drivers/firmware/sysfb.c and sysfb_simplefb.c give. */
    private static final List<String> OF_FIRMWARE = Stream.of(
                    "efi-framebuffer.0", "simple-framebuffer.0", "vesa-framebuffer.0")
            .map(device -> "sys/bus/platform/devices/" + device + "/modalias")
            .toList();

    private FramebufferFiles() {}

    /** Every file that there may be. */
    static List<String> names() {
        return Stream.concat(Stream.of(DRIVER, SIZE, STRIDE), OF_FIRMWARE.stream())
                .toList();
    }

    /** The facts, unless there is no framebuffer. */
    static Optional<FramebufferFacts> read(RootFiles files) throws IOException {
        if (!files.has(DRIVER)) {
            return Optional.empty();
        }
        String size = files.line(SIZE);
        int comma = size.indexOf(',');
        if (comma < 0) {
            throw RootFiles.malformed(SIZE, "a size must be WIDTH,HEIGHT: " + MalformedInputException.quote(size));
        }
        return Optional.of(new FramebufferFacts(
                MalformedInputException.shorten(files.line(DRIVER)),
                RootFiles.number(SIZE, size.substring(0, comma)),
                RootFiles.number(SIZE, size.substring(comma + 1)),
                files.number(STRIDE),
                OF_FIRMWARE.stream().anyMatch(files::has)));
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.target.FramebufferFacts;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code screen_info}: what the firmware has left on the screen, as the running kernel was told. It is handed on unless a driver
 * of the running kernel has certainly changed it since, for then the second kernel would draw where nobody looks.
 */
final class ScreenInfo {
    /** {@code VIDEO_TYPE_VLFB}: a framebuffer that a VESA BIOS has set up (include/uapi/linux/screen_info.h). */
    static final int VLFB = 0x23;

    /** {@code VIDEO_TYPE_EFI}: a framebuffer that EFI has set up. */
    static final int EFI = 0x70;

    /** {@code cl_magic} and {@code cl_offset}, by which old protocols find the command line: that of the running kernel. */
    private static final int COMMAND_LINE = 0x20;

    private static final int COMMAND_LINE_END = 0x24;

    private final byte[] bytes;
    private final Optional<String> remark;

    private ScreenInfo(byte[] bytes, Optional<String> remark) {
        this.bytes = bytes;
        this.remark = remark;
    }

    /** What the user should know about what is handed on. */
    Optional<String> remark() {
        return remark;
    }

    /** {@code struct screen_info} as it is handed on. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    void handOn(BootParams.Builder bootParams) {
        bootParams.put(BootParamsField.SCREEN_INFO, bytes);
    }

    /** Decides; {@code reuse} is the user's word that the screen is as it was. */
    static ScreenInfo of(BootParams running, Optional<FramebufferFacts> framebuffer, boolean reuse) {
        byte[] kept = running.bytes(BootParamsField.SCREEN_INFO);
        Arrays.fill(kept, COMMAND_LINE, COMMAND_LINE_END, (byte) 0);
        if (reuse || framebuffer.isEmpty() || framebuffer.get().firmware() || !isFramebuffer(running)) {
            return new ScreenInfo(kept, Optional.empty());
        }
        FramebufferFacts now = framebuffer.get();
        String driver = MalformedInputException.quote(now.driver());
        if (isAsBefore(running, now)) {
            return new ScreenInfo(
                    kept,
                    Optional.of(
                            ("the screen is driven by %s, in the mode that the firmware had set: should it stay black,"
                                            + " the second kernel needs that driver early")
                                    .formatted(driver)));
        }
        return new ScreenInfo(
                new byte[kept.length],
                Optional.of(
                        ("the firmware's framebuffer is not handed on: %s has changed the mode from %dx%d to %dx%d; the"
                                        + " screen stays black until the second kernel has loaded that driver")
                                .formatted(
                                        driver,
                                        running.get(BootParamsField.LFB_WIDTH),
                                        running.get(BootParamsField.LFB_HEIGHT),
                                        now.width(),
                                        now.height())));
    }

    private static boolean isFramebuffer(BootParams running) {
        long type = running.get(BootParamsField.ORIG_VIDEO_ISVGA);
        return type == VLFB || type == EFI;
    }

    /** A driver may keep more lines than the screen shows, never fewer. */
    private static boolean isAsBefore(BootParams running, FramebufferFacts now) {
        return now.width() == running.get(BootParamsField.LFB_WIDTH)
                && now.height() >= running.get(BootParamsField.LFB_HEIGHT)
                && now.stride() == running.get(BootParamsField.LFB_LINELENGTH);
    }
}

package io.kexec4j.boot.x86;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.target.FramebufferFacts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    /** {@code orig_video_isVGA} of a VGA adapter in text mode. */
    private static final int TEXT = 1;

    private static final int X = 0x00;
    private static final int Y = 0x01;
    private static final int PAGE = 0x04;
    private static final int MODE = 0x06;
    private static final int COLUMNS = 0x07;
    private static final int LINES = 0x0e;
    private static final int POINTS = 0x10;

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

    /**
     * Decides.
     *
     * @param reuse the user's word that the screen is as it was
     * @param reset whether the purgatory puts a VGA adapter into mode 3
     */
    static ScreenInfo of(BootParams running, Optional<FramebufferFacts> framebuffer, boolean reuse, boolean reset) {
        byte[] kept = running.bytes(BootParamsField.SCREEN_INFO);
        Arrays.fill(kept, COMMAND_LINE, COMMAND_LINE_END, (byte) 0);
        if (reset && running.get(BootParamsField.ORIG_VIDEO_ISVGA) == TEXT) {
            tellMode3(kept);
        }
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

    /** 80x25 characters of 9x16 pixels on an empty screen, which begins at the start of the adapter's memory. */
    private static void tellMode3(byte[] screen) {
        ByteBuffer.wrap(screen)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(X, (byte) 0)
                .put(Y, (byte) 0)
                .putShort(PAGE, (short) 0)
                .put(MODE, (byte) 3)
                .put(COLUMNS, (byte) 80)
                .put(LINES, (byte) 25)
                .putShort(POINTS, (short) 16);
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

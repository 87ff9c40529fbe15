package io.kexec4j.target;

/**
 * The first framebuffer of the running kernel ({@code /sys/class/graphics/fb0}): what is on the screen now, which need no longer
 * be what the firmware had set up.
 *
 * @param driver what the driver calls it, such as {@code EFI VGA}, {@code simpledrmdrmfb} or {@code i915drmfb}
 * @param width in pixels, not negative
 * @param height in pixels, not negative; some drivers keep more lines than the screen shows
 * @param stride bytes from one line to the next, not negative
 * @param firmware whether Linux still has the device that stands for the firmware's framebuffer. A driver that knows the
 *     hardware removes it (drivers/video/aperture.c)
 */
public record FramebufferFacts(String driver, int width, int height, int stride, boolean firmware) {
    /**
     * Checks the values.
     *
     * @param driver what the driver calls it
     * @param width in pixels
     * @param height in pixels
     * @param stride bytes from one line to the next
     * @param firmware whether Linux still has the device that stands for the firmware's framebuffer
     * @throws IllegalArgumentException if a number is negative
     */
    public FramebufferFacts {
        if (width < 0 || height < 0 || stride < 0) {
            throw new IllegalArgumentException(
                    "the size of a framebuffer must not be negative: %d, %d, %d".formatted(width, height, stride));
        }
    }
}

package io.kexec4j.boot.x86;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The screen as the firmware has left it, for a multiboot2 kernel (Multiboot2 Specification 2.0, 3.6.12 "Framebuffer info"): what
 * Linux has in {@code screen_info}.
 *
 * @param screen {@code struct screen_info}, of which a framebuffer with colours of its own is known
 * @param base physical address of the first pixel, not 0
 */
record MultibootFramebuffer(ByteBuffer screen, long base) {
    /** The size of the tag without its head. */
    static final int SIZE = 30;

    /** Colours are fields in a pixel. */
    private static final byte DIRECT_COLOUR = 1;

    private static final int TYPE = 0x0f;
    private static final int WIDTH = 0x12;
    private static final int HEIGHT = 0x14;
    private static final int DEPTH = 0x16;
    private static final int BASE = 0x18;
    private static final int LINE_LENGTH = 0x24;
    private static final int COLOURS = 0x26;
    private static final int COLOURS_END = 0x2c;
    private static final int CAPABILITIES = 0x36;
    private static final int UPPER_BASE = 0x3a;

    /** {@code VIDEO_CAPABILITY_64BIT_BASE}. */
    private static final int WIDE_BASE = 1 << 1;

    private static final int SMALLEST_DEPTH = 15;

    /** None if there is no such screen, or a driver has changed it since. */
    static Optional<MultibootFramebuffer> of(ScreenInfo info) {
        ByteBuffer screen = info.bytes().order(ByteOrder.LITTLE_ENDIAN);
        long base = base(screen);
        int type = Byte.toUnsignedInt(screen.get(TYPE));
        boolean usable = (type == ScreenInfo.VLFB || type == ScreenInfo.EFI)
                && screen.getShort(DEPTH) >= SMALLEST_DEPTH
                && screen.getShort(DEPTH) <= Integer.SIZE
                && base != 0;
        return usable ? Optional.of(new MultibootFramebuffer(screen, base)) : Optional.empty();
    }

    private static long base(ByteBuffer screen) {
        long upper = (screen.getInt(CAPABILITIES) & WIDE_BASE) == 0 ? 0 : screen.getInt(UPPER_BASE);
        return upper << Integer.SIZE | Integer.toUnsignedLong(screen.getInt(BASE));
    }

    /** Writes the tag without its head. */
    void put(ByteBuffer out) {
        out.putLong(base);
        out.putInt(Short.toUnsignedInt(screen.getShort(LINE_LENGTH)));
        out.putInt(Short.toUnsignedInt(screen.getShort(WIDTH)));
        out.putInt(Short.toUnsignedInt(screen.getShort(HEIGHT)));
        out.put((byte) screen.getShort(DEPTH)).put(DIRECT_COLOUR).putShort((short) 0);
        // Multiboot has the position of a colour first, Linux its size.
        for (int colour = COLOURS; colour < COLOURS_END; colour += 2) {
            out.put(screen.get(colour + 1)).put(screen.get(colour));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
/*
 * Mode 3 by the registers that every VGA has (IBM, "PS/2 Hardware Interface Technical Reference", Video Subsystem),
 * without the video BIOS, which only real mode could call: 80x25 characters of 9x16 pixels, 16 colours.
 */
#include "vga.h"

/* A purgatory has to fit where it can, and none of this is in a hurry. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

enum { MISC_WRITE = 0x3c2, ATTRIBUTE = 0x3c0, ATTRIBUTE_FLIP_FLOP = 0x3da, ATTRIBUTE_SHOW = 0x20 };
enum { DAC_MASK = 0x3c6, DAC_INDEX = 0x3c8, DAC_DATA = 0x3c9, DAC_COLOURS = 64 };
enum { CRTC_VERTICAL_SYNC_END = 0x11, CRTC_LOCK = 0x80 };
enum { SEQUENCER_RESET = 0, SEQUENCER_PLANES = 2, SEQUENCER_MEMORY = 4, RESET_HALF = 0x01, RESET_OFF = 0x03 };
enum { GRAPHICS_READ_PLANE = 4, GRAPHICS_MODE = 5, GRAPHICS_MISC = 6 };

/* Colour, clock of 28 MHz for 720 pixels, 400 lines. */
enum { MISC_MODE_3 = 0x67 };

static const uint8_t sequencer[] = { RESET_OFF, 0x00, 0x03, 0x00, 0x02 };
static const uint8_t crtc[] = { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00,
				0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff };
static const uint8_t graphics[] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff };
static const uint8_t attribute[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a,
				     0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00 };

static __attribute__((noinline)) void write_all(uint16_t port, const uint8_t *values, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		vga_write(port, (uint8_t)i, values[i]);
}

static void write_attributes(void)
{
	inb(ATTRIBUTE_FLIP_FLOP);
	for (unsigned int i = 0; i < sizeof(attribute); i++) {
		outb(ATTRIBUTE, (uint8_t)i);
		outb(ATTRIBUTE, attribute[i]);
	}
	outb(ATTRIBUTE, ATTRIBUTE_SHOW);
}

/* Two bits a colour as in EGA: one for two thirds of the 63 that it has, one for a third. */
static uint8_t intensity(unsigned int colour, unsigned int strong, unsigned int weak)
{
	return (uint8_t)((colour >> strong & 1) * 42 + (colour >> weak & 1) * 21);
}

static void write_colours(void)
{
	outb(DAC_MASK, 0xff);
	outb(DAC_INDEX, 0);
	for (unsigned int i = 0; i < DAC_COLOURS; i++) {
		outb(DAC_DATA, intensity(i, 2, 5));
		outb(DAC_DATA, intensity(i, 1, 4));
		outb(DAC_DATA, intensity(i, 0, 3));
	}
}

/* In plane 2, which is seen here while it is selected: 32 bytes a character, of which 16 are used. */
#define FONT ((volatile uint8_t *)0xa0000)
enum { CELL_ROWS = 16, CELL_BYTES = 32 };

static bool is_blank(unsigned int character)
{
	uint8_t dots = 0;

	for (unsigned int row = 0; row < CELL_ROWS; row++)
		dots |= FONT[character * CELL_BYTES + row];
	return !dots;
}

/* A picture that a graphics mode has left there would have to be black in one place and nowhere black in 94 others. */
static bool font_is_there(void)
{
	bool there = is_blank(VGA_FIRST_GLYPH);

	for (unsigned int c = VGA_FIRST_GLYPH + 1; c <= VGA_LAST_GLYPH; c++)
		there = there && !is_blank(c);
	return there;
}

/* Each row twice: 5x7 dots become 5x14. */
static void write_font(void)
{
	for (unsigned int i = 0; i < sizeof(vga_glyphs) / sizeof(vga_glyphs[0]); i++)
		for (unsigned int row = 0; row < CELL_ROWS; row++)
			FONT[(VGA_FIRST_GLYPH + i) * CELL_BYTES + row] =
				row < 2 * VGA_GLYPH_ROWS ? (uint8_t)(vga_glyphs[i][row / 2] << 2) : 0;
}

static void repair_font(void)
{
	vga_write(VGA_SEQUENCER, SEQUENCER_PLANES, 0x04);
	vga_write(VGA_SEQUENCER, SEQUENCER_MEMORY, 0x06);
	vga_write(VGA_GRAPHICS, GRAPHICS_READ_PLANE, 2);
	vga_write(VGA_GRAPHICS, GRAPHICS_MODE, 0x00);
	vga_write(VGA_GRAPHICS, GRAPHICS_MISC, 0x04);
	if (!font_is_there())
		write_font();
	write_all(VGA_SEQUENCER, sequencer, sizeof(sequencer));
	write_all(VGA_GRAPHICS, graphics, sizeof(graphics));
}

void vga_reset(void)
{
	if (inb(VGA_MISC_READ) == VGA_ABSENT)
		return;
	vga_write(VGA_SEQUENCER, SEQUENCER_RESET, RESET_HALF);
	outb(MISC_WRITE, MISC_MODE_3);
	write_all(VGA_SEQUENCER, sequencer, sizeof(sequencer));
	/* The lock is on the first registers, and goes on again with the table. */
	vga_write(VGA_CRTC, CRTC_VERTICAL_SYNC_END, crtc[CRTC_VERTICAL_SYNC_END] & ~CRTC_LOCK);
	write_all(VGA_CRTC, crtc, sizeof(crtc));
	write_all(VGA_GRAPHICS, graphics, sizeof(graphics));
	write_attributes();
	write_colours();
	repair_font();
	for (unsigned int i = 0; i < VGA_CELLS; i++)
		VGA_TEXT[i] = VGA_BLANK;
}

#pragma clang attribute pop

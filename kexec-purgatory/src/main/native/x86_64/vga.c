// SPDX-License-Identifier: Apache-2.0
/*
 * The text mode's memory lies below 1 MiB, and Linux maps all of that whatever is in it (init_mem_mapping,
 * arch/x86/mm/init.c), also in the page tables that it leaves here.
 */
#include "vga.h"

/* A purgatory has to fit where it can, and none of this is in a hurry. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

enum { COLUMNS = 80, ROWS = 25, SCREEN = COLUMNS * ROWS };
enum { START_HIGH = 0x0c, START_LOW = 0x0d, CURSOR_HIGH = 0x0e, CURSOR_LOW = 0x0f };
enum { DISPLAY_END = 0x01, OVERFLOW = 0x07, CELL_HEIGHT = 0x09, LAST_LINE = 0x12 };
enum { HEIGHT_MASK = 0x1f, LINES_DOUBLED = 0x80 };
enum { MISC_COLOUR = 0x01 };
enum { GRAPHICS_MISC = 6, GRAPHICS_MODE_AND_MAP = 0x0d, TEXT_AT_B8000 = 0x0c };

static bool works;

/* Of the next character, in cells from the start of the memory, which is where the screen begins. */
static unsigned int position;

static bool has_80x25_cells(void)
{
	uint8_t overflow = vga_read(VGA_CRTC, OVERFLOW);
	uint8_t cell = vga_read(VGA_CRTC, CELL_HEIGHT);
	/* Bits 8 and 9 of the last line are bits 1 and 6. */
	unsigned int lines =
		(vga_read(VGA_CRTC, LAST_LINE) | (overflow & 0x02u) << 7 | (overflow & 0x40u) << 3) + 1;
	unsigned int height = (cell & HEIGHT_MASK) + 1u;

	if (cell & LINES_DOUBLED)
		height *= 2;
	return vga_read(VGA_CRTC, DISPLAY_END) == COLUMNS - 1 && lines / height == ROWS;
}

static bool is_text_mode(void)
{
	uint16_t old = VGA_TEXT[0];
	bool memory;

	if (!(inb(VGA_MISC_READ) & MISC_COLOUR) ||
	    (vga_read(VGA_GRAPHICS, GRAPHICS_MISC) & GRAPHICS_MODE_AND_MAP) != TEXT_AT_B8000 || !has_80x25_cells())
		return false;
	VGA_TEXT[0] = (uint16_t)~old;
	memory = VGA_TEXT[0] == (uint16_t)~old;
	VGA_TEXT[0] = old;
	return memory;
}

static unsigned int crtc_pair(uint8_t high, uint8_t low)
{
	return (unsigned int)vga_read(VGA_CRTC, high) << 8 | vga_read(VGA_CRTC, low);
}

static void write_crtc_pair(uint8_t high, uint8_t low, unsigned int value)
{
	vga_write(VGA_CRTC, high, (uint8_t)(value >> 8));
	vga_write(VGA_CRTC, low, (uint8_t)value);
}

/* Linux scrolls by letting the screen begin further on in the memory. What is on it stays on it. */
static void begin_at_zero(unsigned int start)
{
	for (unsigned int i = 0; i < SCREEN; i++)
		VGA_TEXT[i] = start + i < VGA_CELLS ? VGA_TEXT[start + i] : VGA_BLANK;
	write_crtc_pair(START_HIGH, START_LOW, 0);
}

static void new_line(void)
{
	position += COLUMNS - position % COLUMNS;
	if (position < SCREEN)
		return;
	for (unsigned int i = 0; i < SCREEN - COLUMNS; i++)
		VGA_TEXT[i] = VGA_TEXT[i + COLUMNS];
	position = SCREEN - COLUMNS;
	for (unsigned int i = position; i < SCREEN; i++)
		VGA_TEXT[i] = VGA_BLANK;
}

void vga_open(void)
{
	unsigned int start;

	if (works || !is_text_mode())
		return;
	works = true;
	start = crtc_pair(START_HIGH, START_LOW) % VGA_CELLS;
	position = crtc_pair(CURSOR_HIGH, CURSOR_LOW) - start;
	begin_at_zero(start);
	/* Also if it was below the screen, where nobody sees it. */
	if (position >= SCREEN)
		position = SCREEN - 1;
	if (position % COLUMNS)
		new_line();
}

void vga_putc(char c)
{
	if (!works || c == '\r')
		return;
	if (c == '\n') {
		new_line();
		write_crtc_pair(CURSOR_HIGH, CURSOR_LOW, position);
		return;
	}
	VGA_TEXT[position] = (uint16_t)((VGA_BLANK & 0xff00) | (uint8_t)c);
	if (position % COLUMNS == COLUMNS - 1)
		new_line();
	else
		position++;
}

bool vga_works(void)
{
	return works;
}

#pragma clang attribute pop

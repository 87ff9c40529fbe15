/* SPDX-License-Identifier: Apache-2.0 */
/* A VGA adapter in text mode, as the console. */
#ifndef KEXEC4J_X86_64_VGA_H
#define KEXEC4J_X86_64_VGA_H

#include <stdbool.h>
#include <stdint.h>

#include "io.h"

/* The registers that are reached by an index: the port of the index, and that of the data behind it. */
enum { VGA_SEQUENCER = 0x3c4, VGA_GRAPHICS = 0x3ce, VGA_CRTC = 0x3d4 };
enum { VGA_MISC_READ = 0x3cc, VGA_ABSENT = 0xff };

static inline uint8_t vga_read(uint16_t port, uint8_t index)
{
	outb(port, index);
	return inb(port + 1);
}

static inline void vga_write(uint16_t port, uint8_t index, uint8_t value)
{
	outb(port, index);
	outb(port + 1, value);
}

/* 16384 cells of the text mode: a character in the lower byte, its colours in the upper one. */
enum { VGA_CELLS = 0x4000, VGA_BLANK = 0x0720 };
#define VGA_TEXT ((volatile uint16_t *)0xb8000)

/* Makes the screen a console, from the line of the cursor on; does nothing if it is one, or is in no text mode. */
void vga_open(void);

void vga_putc(char c);

/* True if there is a screen on which text can be read. */
bool vga_works(void);

/*
 * Puts the adapter into 80x25 text mode (mode 3), with an empty screen, its colours and, unless a font is there, one of
 * our own for ASCII. An adapter that a driver has taken beyond VGA's registers stays as it is.
 */
void vga_reset(void);

/* Five bits a row, seven rows, from the blank on to the tilde. */
enum { VGA_FIRST_GLYPH = ' ', VGA_LAST_GLYPH = '~', VGA_GLYPH_ROWS = 7 };
extern const uint8_t vga_glyphs[VGA_LAST_GLYPH - VGA_FIRST_GLYPH + 1][VGA_GLYPH_ROWS]
	__attribute__((visibility("hidden")));

#endif

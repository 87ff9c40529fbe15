// SPDX-License-Identifier: Apache-2.0
/* What is printed goes to every console that was asked for. */
#include "../common/console.h"

#include "parameters.h"
#include "serial.h"
#include "vga.h"

/* In ticks of the time stamp counter: between 7 seconds (at 5 GHz) and 34 (at 1 GHz). */
#define READING_TIME (1ull << 35)

static bool reset_done;

void console_open(void)
{
	if (purgatory_vga_reset && !reset_done)
		vga_reset();
	reset_done = true;
	if (purgatory_vga_console)
		vga_open();
	serial_open(purgatory_serial_port, purgatory_serial_divisor);
}

void console_putc(char c)
{
	/* The screen first: it cannot make anybody wait. */
	vga_putc(c);
	serial_putc(c);
}

bool console_flush(void)
{
	bool sent = serial_flush();

	return vga_works() || sent;
}

void console_wait_for_readers(void)
{
	uint64_t start = time_stamp();

	while (vga_works() && time_stamp() - start < READING_TIME)
		io_delay();
}

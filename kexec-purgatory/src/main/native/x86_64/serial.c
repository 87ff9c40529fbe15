// SPDX-License-Identifier: Apache-2.0
#include "serial.h"

#include "io.h"

/* Registers, as offsets from the first port. */
enum { DATA = 0, DIVISOR_LOW = 0, INTERRUPTS = 1, DIVISOR_HIGH = 1, FIFO = 2, LINE = 3, MODEM = 4, STATUS = 5 };
enum { LINE_8N1 = 0x03, LINE_DIVISOR = 0x80, FIFO_ON_AND_EMPTY = 0x07, MODEM_DTR_RTS = 0x03 };
enum { STATUS_CAN_SEND = 0x20, STATUS_ALL_SENT = 0x40, STATUS_NOTHING_THERE = 0xff };

/*
 * In ticks of the time stamp counter: between 3 seconds (at 5 GHz) and 17 (at 1 GHz). A full FIFO needs half a second at
 * 300 baud, and whoever reads the other end may stall for longer. Counting accesses to ports would not do: they take a
 * microsecond on a board, and next to nothing in an emulator.
 */
#define PATIENCE (1ull << 34)

/* 0 if there is none, or none that works. */
static uint16_t port;

static __attribute__((noinline)) bool becomes(uint8_t status)
{
	uint64_t start = time_stamp();

	for (;;) {
		/* Before the look at the UART: this code may itself have stood still in between. */
		bool last = time_stamp() - start >= PATIENCE;
		uint8_t now = inb(port + STATUS);

		if (now == STATUS_NOTHING_THERE)
			return false;
		if (now & status)
			return true;
		if (last)
			return false;
	}
}

static void program(uint16_t divisor)
{
	/* Not to lose what the old kernel printed last. What cannot be sent at all may be what programming cures. */
	becomes(STATUS_ALL_SENT);
	outb(port + INTERRUPTS, 0);
	outb(port + LINE, LINE_8N1 | LINE_DIVISOR);
	outb(port + DIVISOR_LOW, divisor & 0xff);
	outb(port + DIVISOR_HIGH, divisor >> 8);
	outb(port + LINE, LINE_8N1);
	outb(port + FIFO, FIFO_ON_AND_EMPTY);
	outb(port + MODEM, MODEM_DTR_RTS);
}

void serial_open(uint16_t io_port, uint16_t divisor)
{
	uint8_t line;

	if (port || !io_port || inb(io_port + STATUS) == STATUS_NOTHING_THERE)
		return;
	port = io_port;
	/* Left on, what is meant to be sent would change the rate. */
	line = inb(port + LINE);
	if (line & LINE_DIVISOR)
		outb(port + LINE, line & ~LINE_DIVISOR);
	if (divisor)
		program(divisor);
}

/* Gives the console up when its time is over: a broken UART costs that time once, not once a character. */
static __attribute__((noinline)) bool wait_for(uint8_t status)
{
	if (port && !becomes(status))
		port = 0;
	return port;
}

void serial_putc(char c)
{
	if (wait_for(STATUS_CAN_SEND))
		outb(port + DATA, (uint8_t)c);
}

bool serial_flush(void)
{
	return wait_for(STATUS_ALL_SENT);
}

// SPDX-License-Identifier: Apache-2.0
#include "serial.h"

#include <stdbool.h>

#include "../common/console.h"
#include "io.h"

/* Registers, as offsets from the first port. */
enum { DATA = 0, DIVISOR_LOW = 0, INTERRUPTS = 1, DIVISOR_HIGH = 1, FIFO = 2, LINE = 3, MODEM = 4, STATUS = 5 };
enum { LINE_8N1 = 0x03, LINE_DIVISOR = 0x80, FIFO_ON_AND_EMPTY = 0x07, MODEM_DTR_RTS = 0x03 };
enum { STATUS_CAN_SEND = 0x20, STATUS_ALL_SENT = 0x40, STATUS_NOTHING_THERE = 0xff };

/* A full FIFO needs half a second at 300 baud. A read takes about a microsecond. */
#define PATIENCE 1000000

static uint16_t port;

void serial_open(uint16_t io_port, uint16_t divisor)
{
	port = io_port;
	if (!port)
		return;
	if (divisor) {
		outb(port + INTERRUPTS, 0);
		outb(port + LINE, LINE_8N1 | LINE_DIVISOR);
		outb(port + DIVISOR_LOW, divisor & 0xff);
		outb(port + DIVISOR_HIGH, divisor >> 8);
		outb(port + LINE, LINE_8N1);
		outb(port + FIFO, FIFO_ON_AND_EMPTY);
		outb(port + MODEM, MODEM_DTR_RTS);
	}
	if (inb(port + STATUS) == STATUS_NOTHING_THERE)
		port = 0;
}

/* Gives the console up when its time is over: a broken UART costs a second once, not once a character. */
static bool wait_for(uint8_t status)
{
	if (!port)
		return false;
	for (int i = 0; i < PATIENCE; i++)
		if (inb(port + STATUS) & status)
			return true;
	port = 0;
	return false;
}

void console_putc(char c)
{
	if (wait_for(STATUS_CAN_SEND))
		outb(port + DATA, (uint8_t)c);
}

void console_flush(void)
{
	wait_for(STATUS_ALL_SENT);
}

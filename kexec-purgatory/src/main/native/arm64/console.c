// SPDX-License-Identifier: Apache-2.0
/* A UART whose registers lie in memory, as the old kernel programmed it: an ARM PL011, or one of the 8250 family. */
#include "../common/console.h"

#include "parameters.h"

/* PL011: ARM DDI 0183, 3.3. */
enum { PL011_DATA = 0x00, PL011_FLAGS = 0x18, PL011_BUSY = 0x08, PL011_FULL = 0x20 };

/* 8250: the numbers of its registers. */
enum { DATA = 0, LINE = 3, STATUS = 5, LINE_DIVISOR = 0x80 };
enum { STATUS_CAN_SEND = 0x20, STATUS_ALL_SENT = 0x40, STATUS_NOTHING_THERE = 0xff };

/* A full FIFO needs half a second at 300 baud, and whoever reads the other end may stall for longer. */
#define PATIENCE_SECONDS 5
/* If the firmware does not say, a rate between the usual ones of 1 MHz and 1 GHz. */
#define USUAL_FREQUENCY 50000000

static bool works;

static uint64_t now(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

static uint64_t patience(void)
{
	uint64_t frequency;

	__asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
	return PATIENCE_SECONDS * (frequency ? frequency : USUAL_FREQUENCY);
}

static uint32_t read_register(unsigned int index)
{
	uint64_t address = purgatory_uart_address + ((uint64_t)index << purgatory_uart_shift);

	switch (purgatory_uart_width) {
	case 1:
		return *(volatile uint8_t *)address;
	case 2:
		return *(volatile uint16_t *)address;
	default:
		return *(volatile uint32_t *)address;
	}
}

static void write_register(unsigned int index, uint8_t value)
{
	uint64_t address = purgatory_uart_address + ((uint64_t)index << purgatory_uart_shift);

	switch (purgatory_uart_width) {
	case 1:
		*(volatile uint8_t *)address = value;
		break;
	case 2:
		*(volatile uint16_t *)address = value;
		break;
	default:
		*(volatile uint32_t *)address = value;
	}
}

static bool is_ready(bool all_sent)
{
	if (purgatory_uart_type == UART_PL011)
		return !(*(volatile uint32_t *)(purgatory_uart_address + PL011_FLAGS) & (all_sent ? PL011_BUSY : PL011_FULL));
	return (read_register(STATUS) & (all_sent ? STATUS_ALL_SENT : STATUS_CAN_SEND)) != 0;
}

/* Gives the console up when its time is over: a broken UART costs that time once, not once a character. */
static __attribute__((noinline)) bool wait_for(bool all_sent)
{
	uint64_t start = now(), limit = patience();

	while (works && !is_ready(all_sent))
		/* Once more after that, as this code may itself have stood still in between. */
		if (now() - start >= limit && !is_ready(all_sent))
			works = false;
	return works;
}

void console_open(void)
{
	works = purgatory_uart_address != 0;
	if (!works || purgatory_uart_type == UART_PL011)
		return;
	works = (read_register(STATUS) & 0xff) != STATUS_NOTHING_THERE;
	/* Left on, what is meant to be sent would change the rate. */
	if (works && read_register(LINE) & LINE_DIVISOR)
		write_register(LINE, (uint8_t)(read_register(LINE) & ~LINE_DIVISOR));
}

void console_putc(char c)
{
	if (!wait_for(false))
		return;
	if (purgatory_uart_type == UART_PL011)
		*(volatile uint32_t *)(purgatory_uart_address + PL011_DATA) = (uint8_t)c;
	else
		write_register(DATA, (uint8_t)c);
}

bool console_flush(void)
{
	return wait_for(true);
}

/* A serial line keeps what it was sent. */
void console_wait_for_readers(void)
{
}

// SPDX-License-Identifier: Apache-2.0
/* A terminal of the hypervisor or of the firmware. Both take several characters at once, so they get what makes a line. */
#include "../common/console.h"

#include "opal.h"
#include "parameters.h"
#include "registers.h"

#define PATIENCE (5 * TICKS_PER_SECOND)

/* As many as the hypervisor takes: two registers full. */
#define MAX_PENDING 16

/* Linux on Power Architecture Platform Reference 1.1, chapter 14: a call and its answers. */
enum { H_PUT_TERM_CHAR = 0x58 };
enum { H_SUCCESS = 0, H_BUSY = 1, H_LONG_BUSY_FIRST = 9900, H_LONG_BUSY_LAST = 9905 };

enum answer { DONE, BUSY, REFUSED };

static bool works;
static uint8_t pending[MAX_PENDING];
static uint64_t pending_count;

static int64_t hypervisor_put(uint64_t terminal, uint64_t count, uint64_t first, uint64_t second)
{
	register uint64_t r3 __asm__("r3") = H_PUT_TERM_CHAR;
	register uint64_t r4 __asm__("r4") = terminal;
	register uint64_t r5 __asm__("r5") = count;
	register uint64_t r6 __asm__("r6") = first;
	register uint64_t r7 __asm__("r7") = second;

	__asm__ volatile("sc 1"
			 : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
			 :
			 : "r0", "r8", "r9", "r10", "r11", "r12", "cr0", "cr1", "cr5", "cr6", "cr7", "ctr", "lr", "xer",
			   "memory");
	return (int64_t)r3;
}

/* Eight characters, the first one in the highest byte. */
static uint64_t register_of(const uint8_t *characters)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | characters[i];
	return value;
}

static enum answer give_to_hypervisor(void)
{
	int64_t status = hypervisor_put(purgatory_terminal, pending_count, register_of(pending), register_of(pending + 8));

	if (status == H_BUSY || (status >= H_LONG_BUSY_FIRST && status <= H_LONG_BUSY_LAST))
		return BUSY;
	if (status != H_SUCCESS)
		return REFUSED;
	pending_count = 0;
	return DONE;
}

static uint64_t poll_opal(void)
{
	uint64_t events = 0;

	opal_call(OPAL_POLL_EVENTS, (uint64_t)&events, 0, 0);
	return BIG_ENDIAN_64(events);
}

static bool is_busy(int64_t status)
{
	return status == OPAL_BUSY || status == OPAL_BUSY_EVENT || status == OPAL_RESOURCE || status == OPAL_PARTIAL;
}

/* It may take a part of them. */
static enum answer give_to_opal(void)
{
	uint64_t count = BIG_ENDIAN_64(pending_count), left = 0;
	int64_t status = opal_call(OPAL_CONSOLE_WRITE, purgatory_terminal, (uint64_t)&count, (uint64_t)pending);

	if (status == OPAL_SUCCESS || status == OPAL_PARTIAL) {
		for (uint64_t i = BIG_ENDIAN_64(count); i < pending_count; i++)
			pending[left++] = pending[i];
		pending_count = left;
	} else if (!is_busy(status)) {
		return REFUSED;
	}
	if (!pending_count)
		return DONE;
	poll_opal();
	return BUSY;
}

static enum answer give(void)
{
	if (!pending_count)
		return DONE;
	return purgatory_console == CONSOLE_OPAL ? give_to_opal() : give_to_hypervisor();
}

/* What the hypervisor has taken is not in this machine any more. Old firmware prints while it is polled. */
static enum answer drain(void)
{
	int64_t status;

	if (purgatory_console != CONSOLE_OPAL)
		return DONE;
	status = opal_call(OPAL_CONSOLE_FLUSH, purgatory_terminal, 0, 0);
	if (status == OPAL_SUCCESS)
		return DONE;
	return poll_opal() & OPAL_EVENT_CONSOLE_OUTPUT || is_busy(status) ? BUSY : DONE;
}

/* Gives the console up when its time is over: a broken terminal costs that time once, not once a line. */
static bool until_done(enum answer (*step)(void))
{
	uint64_t start = time_base();

	while (works) {
		/* Read before the last attempt, as this code may itself have stood still in between. */
		bool late = time_base() - start >= PATIENCE;
		enum answer answer = step();

		if (answer == DONE)
			break;
		if (answer == REFUSED || late)
			works = false;
	}
	return works;
}

void console_open(void)
{
	if (!works)
		pending_count = 0;
	works = purgatory_console != CONSOLE_NONE;
}

void console_putc(char c)
{
	if (!works)
		return;
	pending[pending_count++] = (uint8_t)c;
	if (pending_count == MAX_PENDING || c == '\n')
		until_done(give);
}

bool console_flush(void)
{
	return until_done(give) && until_done(drain);
}

/* A terminal keeps what it was sent. */
void console_wait_for_readers(void)
{
}

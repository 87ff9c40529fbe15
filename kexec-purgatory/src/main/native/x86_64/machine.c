// SPDX-License-Identifier: Apache-2.0
/* Ends of the line: what firmware has always understood, one way after the other. No ACPI is at hand here. */
#include "../common/machine.h"
#include "../common/sha256.h"

#include "io.h"

enum { KEYBOARD_CONTROLLER = 0x64, KEYBOARD_BUSY = 0x02, KEYBOARD_PULSE_RESET = 0xfe };
enum { RESET_CONTROL = 0xcf9, RESET_FULL = 0x08 | 0x02, RESET_NOW = 0x04 };

static void delay(int microseconds)
{
	while (microseconds--)
		io_delay();
}

_Noreturn void machine_reset(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) no_idt = { 0, 0 };

	for (int i = 0; i < 10000 && inb(KEYBOARD_CONTROLLER) & KEYBOARD_BUSY; i++)
		io_delay();
	outb(KEYBOARD_CONTROLLER, KEYBOARD_PULSE_RESET);
	delay(50000);

	/* The chipset: first what kind of reset, then the rising edge that starts it. */
	outb(RESET_CONTROL, RESET_FULL);
	delay(50);
	outb(RESET_CONTROL, RESET_FULL | RESET_NOW);
	delay(50000);

	/* An exception that cannot be delivered, three times over, makes the processor itself ask for a reset. */
	__asm__ volatile("lidt %0; int3" : : "m"(no_idt));
	machine_halt();
}

_Noreturn void machine_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt"); /* again after an NMI */
}

/* The old kernel leaves paging and caches on. */
void machine_begin_reading(uint64_t start, uint64_t size)
{
	(void)start;
	(void)size;
}

void machine_end_reading(void)
{
}

/* Vector registers are nobody's to use here, so the instructions for SHA are not either. */
void sha256_blocks(uint32_t H[8], const void *data, uint64_t count)
{
	sha256_blocks_portable(H, data, count);
}

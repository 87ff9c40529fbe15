// SPDX-License-Identifier: Apache-2.0
/*
 * Code in real mode calls the BIOS with interrupts on, and the BIOS counts on its timer. Linux has moved the interrupts
 * of both controllers elsewhere and stopped the timer: back to what a PC's BIOS programs (Intel 8259A and 8254).
 */
#include "bios.h"

#include "io.h"

/* A purgatory has to fit where it can, and none of this is in a hurry. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

enum { PIC_MASTER = 0x20, PIC_SLAVE = 0xa0, PIC_BEGIN = 0x11, PIC_8086 = 0x01 };
enum { MASTER_VECTOR = 0x08, SLAVE_VECTOR = 0x70, SLAVE_ON_MASTER = 1 << 2, SLAVE_ID = 2 };
/*
 * On are what a BIOS waits for: timer, keyboard, the other controller and the floppy disks; mouse, coprocessor and the
 * hard disks of the first channel.
 */
enum { MASTER_MASK = 0xb8, SLAVE_MASK = 0x8f };
enum { TIMER_CONTROL = 0x43, TIMER_0 = 0x40, TIMER_0_RATE_GENERATOR = 0x34 };

static void write_slowly(uint16_t port, uint8_t value)
{
	outb(port, value);
	io_delay();
}

static void program(uint16_t port, uint8_t vector, uint8_t other, uint8_t mask)
{
	write_slowly(port, PIC_BEGIN);
	write_slowly(port + 1, vector);
	write_slowly(port + 1, other);
	write_slowly(port + 1, PIC_8086);
	write_slowly(port + 1, mask);
}

void restore_bios_interrupts(void)
{
	program(PIC_MASTER, MASTER_VECTOR, SLAVE_ON_MASTER, MASTER_MASK);
	program(PIC_SLAVE, SLAVE_VECTOR, SLAVE_ID, SLAVE_MASK);
	/* 65536 counts, 18.2 times a second. */
	write_slowly(TIMER_CONTROL, TIMER_0_RATE_GENERATOR);
	write_slowly(TIMER_0, 0);
	write_slowly(TIMER_0, 0);
}

#pragma clang attribute pop

/* SPDX-License-Identifier: Apache-2.0 */
/* I/O ports: the only way to a device here, because the page tables map no device memory. And a clock. */
#ifndef KEXEC4J_X86_64_IO_H
#define KEXEC4J_X86_64_IO_H

#include <stdint.h>

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void outw(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* About a microsecond: the time a write to an unused port takes. */
static inline void io_delay(void)
{
	outb(0x80, 0);
}

/* Counts at a constant rate of one to a few GHz, whatever else happens. Lets all earlier instructions end first. */
static inline uint64_t time_stamp(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

#endif

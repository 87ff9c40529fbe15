/* SPDX-License-Identifier: Apache-2.0 */
/* What the assembler and the compiler share: names of registers' bits, and code in the other byte order. */
#ifndef KEXEC4J_PPC64_REGISTERS_H
#define KEXEC4J_PPC64_REGISTERS_H

/* The machine state register, Power ISA 3.1, book III, 4.2.1: 64-bit mode is its highest bit. */
#define MSR_LITTLE_ENDIAN 0x0001
#define MSR_EXTERNAL_INTERRUPTS 0x8000

#ifdef __ASSEMBLER__
/* An instruction that is fetched in big-endian mode, whatever the byte order of the code around it. */
	.macro big_endian instruction
	.byte ((\instruction) >> 24) & 255, ((\instruction) >> 16) & 255, ((\instruction) >> 8) & 255, (\instruction) & 255
	.endm
#else
#include <stdint.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BIG_ENDIAN_32(value) __builtin_bswap32(value)
#define BIG_ENDIAN_64(value) __builtin_bswap64(value)
#else
#define BIG_ENDIAN_32(value) (value)
#define BIG_ENDIAN_64(value) (value)
#endif

/* Counts at 512 MHz on all processors since POWER5+, and slower on older ones. */
static inline uint64_t time_base(void)
{
	uint64_t ticks;

	__asm__ volatile("mfspr %0, 268" : "=r"(ticks) : : "memory");
	return ticks;
}
#define TICKS_PER_SECOND 512000000ull
#endif

#endif

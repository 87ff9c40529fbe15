/* SPDX-License-Identifier: Apache-2.0 */
/* How firmware is called. */
#ifndef KEXEC4J_TINY_CALLS_H
#define KEXEC4J_TINY_CALLS_H

#include <stdint.h>

/* Of the Power Architecture Platform Reference, 14.5. */
enum { H_BUSY = 1, H_PUT_TERM_CHAR = 0x58 };

static inline int64_t hypervisor_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t r3 __asm__("r3") = function;
	register uint64_t r4 __asm__("r4") = a;
	register uint64_t r5 __asm__("r5") = b;
	register uint64_t r6 __asm__("r6") = c;

	__asm__ volatile("sc 1"
			 : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6)
			 :
			 : "r0", "r7", "r8", "r9", "r10", "r11", "r12", "ctr", "cr0", "memory");
	return (int64_t)r3;
}

/* calls.S: for what does not come back. The arguments are big-endian, and lie below 4 GiB. */
_Noreturn void rtas_call(const uint32_t *arguments, uint64_t base, uint64_t entry);

/* Of skiboot's documentation, OPAL API. */
enum { OPAL_BUSY = -2, OPAL_BUSY_EVENT = -12 };
enum { OPAL_CONSOLE_WRITE = 1, OPAL_POWER_DOWN = 5, OPAL_POLL_EVENTS = 10, OPAL_CONSOLE_FLUSH = 117 };

/* calls.S. What arguments point to is big-endian. */
int64_t opal_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c, uint64_t base, uint64_t entry);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline uint32_t big_endian_32(uint32_t value)
{
	return __builtin_bswap32(value);
}

static inline uint64_t big_endian_64(uint64_t value)
{
	return __builtin_bswap64(value);
}
#else
static inline uint32_t big_endian_32(uint32_t value)
{
	return value;
}

static inline uint64_t big_endian_64(uint64_t value)
{
	return value;
}
#endif

#endif

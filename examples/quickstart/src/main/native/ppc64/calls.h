/* SPDX-License-Identifier: Apache-2.0 */
/* How firmware is called. */
#ifndef KEXEC4J_TINY_CALLS_H
#define KEXEC4J_TINY_CALLS_H

#include <stdint.h>

/* Of the Power Architecture Platform Reference, 14.5. */
enum { H_SUCCESS = 0, H_BUSY = 1 };
enum { H_PUT_TERM_CHAR = 0x58 };

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

static inline uint32_t big_endian(uint32_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap32(value);
#else
	return value;
#endif
}

#endif

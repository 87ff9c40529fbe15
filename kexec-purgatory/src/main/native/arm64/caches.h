/* SPDX-License-Identifier: Apache-2.0 */
/* The MMU and the data cache. See caches.S. */
#ifndef KEXEC4J_ARM64_CACHES_H
#define KEXEC4J_ARM64_CACHES_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Read in caches.S: what the registers get. */
struct translation {
	uint64_t mair;
	uint64_t tcr;
	uint64_t ttbr0;
};

/* From here to there lies all of the purgatory. */
extern uint8_t purgatory_memory_begin[], purgatory_memory_end[];

void caches_on(const struct translation *translation);
void caches_off(void);

/* Cleans and invalidates the lines of [start, end). */
void caches_drop(uint64_t start, uint64_t end);

#pragma GCC visibility pop

#endif

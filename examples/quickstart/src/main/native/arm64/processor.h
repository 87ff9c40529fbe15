/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel asks the processor about itself, and of its firmware. Linux is entered at EL2 or EL1, so there are two. */
#ifndef KEXEC4J_TINY_PROCESSOR_H
#define KEXEC4J_TINY_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#define READ_SYSTEM_REGISTER(name) \
	({ \
		uint64_t value_; \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)); \
		value_; \
	})

/* The register of this name of the level that runs. */
#define READ_LEVEL_REGISTER(name) (exception_level() == 2 ? READ_SYSTEM_REGISTER(name##_el2) : READ_SYSTEM_REGISTER(name##_el1))

static inline unsigned int exception_level(void)
{
	return READ_SYSTEM_REGISTER(CurrentEL) >> 2 & 3;
}

#endif

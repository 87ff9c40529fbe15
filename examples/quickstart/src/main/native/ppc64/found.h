/* SPDX-License-Identifier: Apache-2.0 */
/* What start.S found in the registers. */
#ifndef KEXEC4J_TINY_FOUND_H
#define KEXEC4J_TINY_FOUND_H

#include <stdint.h>

enum { FOUND_R1, FOUND_R3 = 2, FOUND_R8 = 7, FOUND_R9 = 8, FOUND_MSR, FOUND_COUNT };

extern const uint64_t registers[FOUND_COUNT] __attribute__((visibility("hidden")));

/* This machine has no hypervisor, as this kernel could be one itself; and it was entered in little-endian order. */
#define FOUND_MSR_HYPERVISOR (1ull << 60)
#define FOUND_MSR_LITTLE_ENDIAN 1ull

#endif

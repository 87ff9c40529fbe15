/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who prints for this kernel and switches the machine off: the hypervisor and its RTAS (Power Architecture Platform Reference), or
 * on a machine without one, OPAL (skiboot's documentation).
 */
#ifndef KEXEC4J_TINY_FIRMWARE_H
#define KEXEC4J_TINY_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "fdt.h"

struct firmware {
	bool opal;
	bool has_stdout; /* whether the terminal is that of stdout-path */
	uint64_t terminal;
	uint64_t opal_base, opal_entry;
	uint64_t rtas_base, rtas_entry; /* 0 if there is none */
	uint32_t power_off;
};

extern struct firmware firmware __attribute__((visibility("hidden")));

/* Takes it from a tree, or null if there is none, with what the registers said of OPAL. */
void firmware_find(const struct fdt *tree, bool opal, uint64_t opal_base, uint64_t opal_entry);

_Noreturn void power_off(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who prints for this kernel and switches the machine off: the hypervisor and its RTAS (Linux on Power Architecture Platform
 * Reference), or on a machine without one, OPAL (skiboot, doc/opal-api).
 */
#ifndef KEXEC4J_TINY_FIRMWARE_H
#define KEXEC4J_TINY_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "fdt.h"

/*
 * Takes it from a tree, or null if there is none. As long as no tree has named them, terminal 0 is used, and OPAL is where
 * registers said.
 */
void firmware_find(const struct fdt *tree);

/* Whether the terminal is that of stdout-path. */
bool firmware_has_stdout(void);

/* Stays here if there is no firmware that can. */
_Noreturn void power_off(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The two devices that are needed, as the device tree names them: a UART to print on, and the firmware that ends it all. */
#ifndef KEXEC4J_TINY_DEVICES_H
#define KEXEC4J_TINY_DEVICES_H

#include <stdbool.h>

#include "fdt.h"

/*
 * Takes them from a tree, or null if there is none. Those that it does not name are assumed to be as in QEMU's machine "virt",
 * and its UART is used until then.
 */
void devices_find(const struct fdt *tree);

/* Whether the UART is that of stdout-path. */
bool devices_has_stdout(void);

_Noreturn void power_off(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Address 0, where the old kernel has put a copy of the head and sent all processors but one. */
#ifndef KEXEC4J_TINY_SECONDARIES_H
#define KEXEC4J_TINY_SECONDARIES_H

#include <stdint.h>

#include "fdt.h"

/* Takes over what is at address 0, unless the kernel itself is there: exceptions are heard of from now on. */
void secondaries_find(uint64_t head);

/* Gives all processors of a tree some time to come. */
void secondaries_await(const struct fdt *tree);

void secondaries_report(void);

#endif

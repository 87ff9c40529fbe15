/* SPDX-License-Identifier: Apache-2.0 */
/* What the flow that all architectures share needs from each of them, and gives to it. */
#ifndef KEXEC4J_PURGATORY_H
#define KEXEC4J_PURGATORY_H

#include <stdint.h>

/* Keeps a parameter that is zero out of .bss: the loader can only write what has bytes in the file. */
#define PARAMETER __attribute__((section(".data")))

/* The flow: called on a stack of its own, with interrupts off. Returns when the kernel is to be started. */
void purgatory(void);

/* The address at which the kernel will be started, for the message. */
uint64_t kernel_entry(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How to stop, and how to read fast. Each architecture implements this. */
#ifndef KEXEC4J_MACHINE_H
#define KEXEC4J_MACHINE_H

#include <stdint.h>

/* Starts the machine anew, as its reset button would. */
_Noreturn void machine_reset(void);

/* Stops the processor for good, at rest and with interrupts off. */
_Noreturn void machine_halt(void);

/*
 * All of a segment is about to be read, and nothing else but the purgatory's own memory: time to make reading fast, where
 * it is not. Nothing may be printed until the end.
 */
void machine_begin_reading(uint64_t start, uint64_t size);

void machine_end_reading(void);

#endif

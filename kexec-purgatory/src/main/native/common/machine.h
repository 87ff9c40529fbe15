/* SPDX-License-Identifier: Apache-2.0 */
/* How to stop. Each architecture implements this. */
#ifndef KEXEC4J_MACHINE_H
#define KEXEC4J_MACHINE_H

/* Starts the machine anew, as its reset button would. */
_Noreturn void machine_reset(void);

/* Stops the processor for good, at rest and with interrupts off. */
_Noreturn void machine_halt(void);

#endif

// SPDX-License-Identifier: Apache-2.0
/* Ends of the line. Power State Coordination Interface: ARM DEN 0022, 5.1. */
#include "../common/machine.h"

#include "parameters.h"

#define PSCI_SYSTEM_RESET 0x84000009u

_Noreturn void machine_reset(void)
{
	register uint64_t function __asm__("x0") = PSCI_SYSTEM_RESET;

	if (purgatory_psci == PSCI_SMC)
		__asm__ volatile("smc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
	if (purgatory_psci == PSCI_HVC)
		__asm__ volatile("hvc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
	machine_halt();
}

_Noreturn void machine_halt(void)
{
	for (;;)
		__asm__ volatile("msr daifset, #0xf; wfi");
}

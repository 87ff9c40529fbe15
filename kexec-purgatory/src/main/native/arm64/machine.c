// SPDX-License-Identifier: Apache-2.0
/* Ends of the line. */
#include "../common/machine.h"

#include "parameters.h"
#include "psci.h"

void psci_call(uint32_t function_id)
{
	register uint64_t function __asm__("x0") = function_id;

	if (purgatory_psci == PSCI_SMC)
		__asm__ volatile("smc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
	if (purgatory_psci == PSCI_HVC)
		__asm__ volatile("hvc #0" : "+r"(function) : : "x1", "x2", "x3", "memory");
}

_Noreturn void machine_reset(void)
{
	psci_call(PSCI_SYSTEM_RESET);
	machine_halt();
}

_Noreturn void machine_halt(void)
{
	for (;;)
		__asm__ volatile("msr daifset, #0xf; wfi");
}

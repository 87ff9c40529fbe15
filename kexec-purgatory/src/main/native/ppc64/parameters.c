// SPDX-License-Identifier: Apache-2.0
/* The parameters that only ppc64 has, and the answers that the shared flow takes from them. */
#include "parameters.h"

#include "../common/purgatory.h"

PARAMETER uint64_t purgatory_kernel_entry;
PARAMETER uint64_t purgatory_device_tree;
PARAMETER uint64_t purgatory_opal_base;
PARAMETER uint64_t purgatory_opal_entry;
PARAMETER uint64_t purgatory_rtas_base;
PARAMETER uint64_t purgatory_rtas_entry;
PARAMETER uint32_t purgatory_rtas_reboot;
PARAMETER uint32_t purgatory_console;
PARAMETER uint64_t purgatory_terminal;

uint64_t kernel_entry(void)
{
	return purgatory_kernel_entry;
}

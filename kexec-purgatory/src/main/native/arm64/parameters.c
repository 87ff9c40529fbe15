// SPDX-License-Identifier: Apache-2.0
/* The parameters that only arm64 has, and the answers that the shared flow takes from them. */
#include "parameters.h"

#include "../common/purgatory.h"

PARAMETER uint64_t purgatory_kernel_entry;
PARAMETER uint64_t purgatory_device_tree;
PARAMETER uint64_t purgatory_uart_address;
PARAMETER uint32_t purgatory_uart_type;
PARAMETER uint32_t purgatory_uart_shift;
PARAMETER uint32_t purgatory_uart_width;
PARAMETER uint32_t purgatory_psci;
PARAMETER uint32_t purgatory_use_cache;
PARAMETER uint32_t purgatory_use_sha2;

uint64_t kernel_entry(void)
{
	return purgatory_kernel_entry;
}

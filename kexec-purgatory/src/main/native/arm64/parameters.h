/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters that only arm64 has. */
#ifndef KEXEC4J_ARM64_PARAMETERS_H
#define KEXEC4J_ARM64_PARAMETERS_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Where the kernel starts, and what it gets in x0. Read in entry.S. */
extern uint64_t purgatory_kernel_entry;
extern uint64_t purgatory_device_tree;

enum { UART_PL011 = 0, UART_8250 = 1 };

/* The first register of the UART, 0 if there is none; for an 8250, also how far apart its registers lie and how wide they are. */
extern uint64_t purgatory_uart_address;
extern uint32_t purgatory_uart_type;
extern uint32_t purgatory_uart_shift;
extern uint32_t purgatory_uart_width;

enum { PSCI_NONE = 0, PSCI_SMC = 1, PSCI_HVC = 2 };

/* How the firmware is called. */
extern uint32_t purgatory_psci;

/* Not 0: use the data cache, and the instructions for SHA-256, where the processor has them. */
extern uint32_t purgatory_use_cache;
extern uint32_t purgatory_use_sha2;

#pragma GCC visibility pop

#endif

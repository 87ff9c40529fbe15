/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware's Power State Coordination Interface: ARM DEN 0022, 5.1. */
#ifndef KEXEC4J_ARM64_PSCI_H
#define KEXEC4J_ARM64_PSCI_H

#include <stdint.h>

enum { PSCI_SYSTEM_OFF = 0x84000008, PSCI_SYSTEM_RESET = 0x84000009 };

/* Calls it by the conduit in the parameters. Returns if there is none, or if the firmware knows no such function. */
void psci_call(uint32_t function_id);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters that only ppc64 has, but for the kernel's head, which is in entry.S. */
#ifndef KEXEC4J_PPC64_PARAMETERS_H
#define KEXEC4J_PPC64_PARAMETERS_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Where the kernel starts, and its device tree. Read in entry.S, too. */
extern uint64_t purgatory_kernel_entry;
extern uint64_t purgatory_device_tree;

/* The firmware of a machine without a hypervisor; an entry of 0 is none. Read in entry.S and opal_call.S. */
extern uint64_t purgatory_opal_base;
extern uint64_t purgatory_opal_entry;

/* Run-time services that reset the machine, and the number of the one that does; an entry of 0 is none. */
extern uint64_t purgatory_rtas_base;
extern uint64_t purgatory_rtas_entry;
extern uint32_t purgatory_rtas_reboot;

enum { CONSOLE_NONE = 0, CONSOLE_HYPERVISOR = 1, CONSOLE_OPAL = 2 };

/* Who prints, and on which of its terminals. */
extern uint32_t purgatory_console;
extern uint64_t purgatory_terminal;

#pragma GCC visibility pop

#endif

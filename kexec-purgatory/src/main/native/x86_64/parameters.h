/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters that only x86_64 has. */
#ifndef KEXEC4J_X86_64_PARAMETERS_H
#define KEXEC4J_X86_64_PARAMETERS_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* 0 is no console; a divisor of 0 leaves the UART as it is. */
extern uint16_t purgatory_serial_port;
extern uint16_t purgatory_serial_divisor;

/* Not 0: print on the screen of a VGA adapter, and put it into text mode first. */
extern uint32_t purgatory_vga_console;
extern uint32_t purgatory_vga_reset;

/* Not 0: where the NUL at the end of the command line lies, with room to tell how to jump back. */
extern uint64_t purgatory_command_line_end;

/* What CR3 gets before a jump back, with page tables of 4 and of 5 levels. Read in entry.S. */
extern uint64_t purgatory_page_tables[2];

#pragma GCC visibility pop

#endif

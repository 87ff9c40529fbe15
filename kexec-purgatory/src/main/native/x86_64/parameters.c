// SPDX-License-Identifier: Apache-2.0
/* The parameters that only x86_64 has, and the answers that the shared flow takes from them. */
#include "../common/purgatory.h"
#include "parameters.h"

enum { REGISTER_RIP = 16, REGISTER_COUNT };

/* rax rcx rdx rbx rsp rbp rsi rdi r8..r15 rip, in entry.S because rsp starts out as an address there. */
extern uint64_t purgatory_registers[REGISTER_COUNT] __attribute__((visibility("hidden")));

PARAMETER uint16_t purgatory_serial_port;
PARAMETER uint16_t purgatory_serial_divisor;
PARAMETER uint32_t purgatory_vga_console;
PARAMETER uint32_t purgatory_vga_reset;
PARAMETER uint64_t purgatory_command_line_end;
PARAMETER uint64_t purgatory_page_tables[2];

uint64_t kernel_entry(void)
{
	return purgatory_registers[REGISTER_RIP];
}

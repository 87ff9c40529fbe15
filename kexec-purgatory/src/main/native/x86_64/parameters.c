// SPDX-License-Identifier: Apache-2.0
/* The parameters that only x86_64 has, and the answers that the shared flow takes from them. */
#include "../common/console.h"
#include "../common/purgatory.h"
#include "serial.h"

enum { REGISTER_RIP = 16, REGISTER_COUNT };

/* rax rcx rdx rbx rsp rbp rsi rdi r8..r15 rip, in entry.S because rsp starts out as an address there. */
extern uint64_t purgatory_registers[REGISTER_COUNT] __attribute__((visibility("hidden")));

/* Not 0: the kernel is entered in 32-bit protected mode without paging. Read in entry.S. */
PARAMETER uint32_t purgatory_exit_32bit;
PARAMETER uint16_t purgatory_serial_port;
PARAMETER uint16_t purgatory_serial_divisor;

void console_open(void)
{
	serial_open(purgatory_serial_port, purgatory_serial_divisor);
}

uint64_t kernel_entry(void)
{
	return purgatory_registers[REGISTER_RIP];
}

// SPDX-License-Identifier: Apache-2.0
/* Tells the second kernel where the first one waits to be gone on with: the address that it expects to be returned to. */
#include "parameters.h"

/* A purgatory has to fit where it can, and none of this is in a hurry. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

extern uint64_t purgatory_return_address __attribute__((visibility("hidden")));

/* Called in entry.S, after the segments were checked: this changes one. */
void tell_jump_back_entry(void);

void tell_jump_back_entry(void)
{
	static const char name[] = " kexec_jump_back_entry=0x";
	char *out = (char *)purgatory_command_line_end;

	if (!out || !purgatory_return_address)
		return;
	for (const char *c = name; *c; c++)
		*out++ = *c;
	for (int shift = 60; shift >= 0; shift -= 4)
		*out++ = "0123456789abcdef"[purgatory_return_address >> shift & 15];
	*out = '\0';
}

#pragma clang attribute pop

// SPDX-License-Identifier: Apache-2.0
#include "rtas.h"

#include "parameters.h"
#include "registers.h"

/* Services run in 32-bit mode, so all that they are given lies below this. */
#define END_OF_32_BIT (1ull << 32)

/*
 * Memory of the old kernel, above what the other processors use: nobody will miss it once the machine has been reset. Only for a
 * purgatory whose own cannot be used.
 */
#define LOW_MEMORY 0x400

/* A branch to itself. */
#define STAY 0x48000000

/* All numbers are big endian. */
struct call {
	uint32_t token;
	uint32_t arguments;
	uint32_t returns;
	uint32_t status;
	uint32_t code; /* to which the services return: that can only mean that they failed */
};

/* rtas_enter.S */
_Noreturn void rtas_enter(struct call *call, uint64_t base, uint64_t entry, const uint32_t *code);

void rtas_reset(void)
{
	static struct call own;
	struct call *call = (uint64_t)(&own + 1) <= END_OF_32_BIT ? &own : (struct call *)LOW_MEMORY;

	if (!purgatory_rtas_entry)
		return;
	call->token = BIG_ENDIAN_32(purgatory_rtas_reboot);
	call->arguments = 0;
	call->returns = BIG_ENDIAN_32(1u);
	call->code = BIG_ENDIAN_32(STAY);
	rtas_enter(call, purgatory_rtas_base, purgatory_rtas_entry, &call->code);
}

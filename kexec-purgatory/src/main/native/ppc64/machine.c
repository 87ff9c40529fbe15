// SPDX-License-Identifier: Apache-2.0
/* Ends of the line. */
#include "../common/machine.h"
#include "../common/sha256.h"

#include "opal.h"
#include "parameters.h"
#include "rtas.h"

static void opal_reset(void)
{
	int64_t status = OPAL_BUSY;

	if (!purgatory_opal_entry)
		return;
	while (status == OPAL_BUSY || status == OPAL_BUSY_EVENT) {
		status = opal_call(OPAL_CEC_REBOOT, 0, 0, 0);
		opal_call(OPAL_POLL_EVENTS, 0, 0, 0);
	}
	/* It has begun, and goes on here. */
	while (status == OPAL_SUCCESS)
		opal_call(OPAL_POLL_EVENTS, 0, 0, 0);
}

_Noreturn void machine_reset(void)
{
	opal_reset();
	rtas_reset();
	machine_halt();
}

/* At a low priority: there may be other threads in this processor. */
_Noreturn void machine_halt(void)
{
	for (;;)
		__asm__ volatile("or 31, 31, 31");
}

/* Memory is cached in real mode. */
void machine_begin_reading(uint64_t start, uint64_t size)
{
	(void)start;
	(void)size;
}

void machine_end_reading(void)
{
}

/* Only vector registers have instructions for it, and only some processors. */
void sha256_blocks(uint32_t H[8], const void *data, uint64_t count)
{
	sha256_blocks_portable(H, data, count);
}

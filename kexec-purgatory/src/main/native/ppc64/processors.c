// SPDX-License-Identifier: Apache-2.0
/* The processor that is here, and those that are not. Called in entry.S. */
#include "parameters.h"
#include "registers.h"

/* The header of a flattened device tree, Devicetree Specification 5.2: numbers are big endian. */
enum { FDT_MAGIC = 0, FDT_VERSION = 5, FDT_BOOT_PROCESSOR = 7 };
#define MAGIC 0xd00dfeed
#define FIRST_VERSION_WITH_BOOT_PROCESSOR 2

/* A hundredth of a second: a few instructions, but a hypervisor may have taken the processor away in between. */
#define TIME_TO_LEAVE (TICKS_PER_SECOND / 100)

__attribute__((visibility("hidden"))) void set_boot_processor(uint32_t physical_id)
{
	uint32_t *header = (uint32_t *)purgatory_device_tree;

	if (header[FDT_MAGIC] == BIG_ENDIAN_32(MAGIC)
	    && BIG_ENDIAN_32(header[FDT_VERSION]) >= FIRST_VERSION_WITH_BOOT_PROCESSOR)
		header[FDT_BOOT_PROCESSOR] = BIG_ENDIAN_32(physical_id);
}

/* The others have been sent to 0x60, but may still be in the old kernel, which the new one may overwrite. */
__attribute__((visibility("hidden"))) void wait_for_other_processors(void)
{
	uint64_t start = time_base();

	while (time_base() - start < TIME_TO_LEAVE)
		;
}

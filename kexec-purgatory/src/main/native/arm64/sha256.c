// SPDX-License-Identifier: Apache-2.0
/* SHA-256 by the processor's instructions where it has them. */
#include "../common/sha256.h"

#include "parameters.h"

#define CURRENT_EL_2 (2u << 2)
#define CPTR_EL2_TFP (1ull << 10)
#define CPACR_FPEN (3ull << 20)
#define HCR_E2H (1ull << 34)

/* sha256_blocks.S */
void sha256_blocks_sha2(uint32_t H[8], const void *data, uint64_t count);

/* ID_AA64ISAR0_EL1.SHA2 (ARM DDI 0487, D19.2.61). */
static int has_sha2(void)
{
	uint64_t features;

	__asm__("mrs %0, id_aa64isar0_el1" : "=r"(features));
	return (features >> 12 & 0xf) != 0;
}

/* The instructions work on vector registers, which the old kernel may have closed. The next one sets this anew. */
static void open_vector_registers(void)
{
	uint64_t level, hypervisor = HCR_E2H, control;

	__asm__("mrs %0, CurrentEL" : "=r"(level));
	if (level == CURRENT_EL_2)
		__asm__("mrs %0, hcr_el2" : "=r"(hypervisor));
	if (hypervisor & HCR_E2H) {
		/* EL1, or EL2 under the names of EL1. */
		__asm__ volatile("mrs %0, cpacr_el1" : "=r"(control));
		__asm__ volatile("msr cpacr_el1, %0; isb" : : "r"(control | CPACR_FPEN));
	} else {
		__asm__ volatile("mrs %0, cptr_el2" : "=r"(control));
		__asm__ volatile("msr cptr_el2, %0; isb" : : "r"(control & ~CPTR_EL2_TFP));
	}
}

void sha256_blocks(uint32_t H[8], const void *data, uint64_t count)
{
	if (purgatory_use_sha2 && has_sha2()) {
		open_vector_registers();
		sha256_blocks_sha2(H, data, count);
	} else {
		sha256_blocks_portable(H, data, count);
	}
}

// SPDX-License-Identifier: Apache-2.0
#include "launcher.h"

#include "../../../../../quickstart/src/main/native/common/fdt.h"

enum { HEAD_SIZE = 0x100 };
enum { H_RTAS = 0xf000 };

#pragma GCC visibility push(hidden)
extern const uint64_t parameters[];

/* launcher.S */
void leave(void);

/* What the first processor does. Returns its number. */
uint64_t launch(uint64_t device_tree);
#pragma GCC visibility pop

/* Its arguments: a function's token, how many numbers it takes and gives, and those. */
static void call_rtas(const uint32_t *arguments)
{
	register uint64_t r3 __asm__("r3") = H_RTAS;
	register uint64_t r4 __asm__("r4") = (uint64_t)arguments;

	__asm__ volatile("sc 1"
			 : "+r"(r3), "+r"(r4)
			 :
			 : "r0", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "ctr", "cr0", "memory");
}

static uint32_t token(const struct fdt *tree, const char *function)
{
	struct fdt_place rtas;
	struct fdt_property property;

	if (!fdt_find(tree, "/rtas", &rtas))
		return 0;
	property = fdt_property(rtas, function);
	return property.size == FDT_CELL ? (uint32_t)fdt_cells(property.value, 1) : 0;
}

static void start_processor(const struct fdt *tree, uint32_t number)
{
	uint32_t arguments[] = { token(tree, "start-cpu"), 3, 1, number, (uint32_t)(uint64_t)leave, number, 0 };

	call_rtas(arguments);
}

/* All threads of a processor have numbers. */
static void start_processors(const struct fdt *tree, struct fdt_property numbers, uint32_t own)
{
	for (uint32_t at = 0; at < numbers.size; at += FDT_CELL) {
		uint32_t number = (uint32_t)fdt_cells(numbers.value + at, 1);

		if (number != own)
			start_processor(tree, number);
	}
}

uint64_t launch(uint64_t device_tree)
{
	const uint64_t *image = (const uint64_t *)parameters[PARAMETERS_IMAGE / sizeof(uint64_t)];
	uint32_t own = 0; /* of the first processor in QEMU */
	struct fdt tree;
	struct fdt_place place;

	for (uint64_t at = 0; at < HEAD_SIZE; at += sizeof(*image))
		*(volatile uint64_t *)at = *image++;
	__asm__ volatile("sync; isync" : : : "memory");
	if (!fdt_open(&tree, device_tree))
		return own;
	place = fdt_begin(&tree);
	while (fdt_next(&place))
		if (place.token == FDT_BEGIN_NODE && fdt_has_string(fdt_property(place, "device_type"), "cpu"))
			start_processors(&tree, fdt_property(place, "ibm,ppc-interrupt-server#s"), own);
	return own;
}

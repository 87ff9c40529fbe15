// SPDX-License-Identifier: Apache-2.0
#include "secondaries.h"

#include <stdbool.h>

#include "head.h"
#include "json.h"
#include "registers.h"

/* Where a processor looks for what to do about exceptions: each has a place of its own, the first at 0x100. */
enum { VECTORS = 0x100, VECTORS_END = 0x1000, VECTOR_SIZE = 0x80 };

enum { PROCESSORS_MAX = 64, CACHE_BLOCK = 32 };

#define PATIENCE_SECONDS 5

#pragma GCC visibility push(hidden)
extern const uint32_t exception_vector[], exception_vector_end[];
extern const char exception_handler[];
#pragma GCC visibility pop

/* Whether address 0 has what it should have, apart from what was written there since. */
static bool head_is_at_0;

static bool same(uint64_t head, uint64_t from, uint64_t to)
{
	for (uint64_t at = from; at < to; at++)
		if (*(const volatile uint8_t *)at != *(const volatile uint8_t *)(head + at))
			return false;
	return true;
}

static void write_instructions(uint64_t address)
{
	for (const uint32_t *next = exception_vector; next < exception_vector_end; next++, address += sizeof(*next))
		*(volatile uint32_t *)address = *next;
}

static void drop_stale_instructions(void)
{
	for (uint64_t at = 0; at < VECTORS_END; at += CACHE_BLOCK)
		__asm__ volatile("dcbst 0, %0; sync; icbi 0, %0" : : "r"(at) : "memory");
	__asm__ volatile("sync; isync" : : : "memory");
}

void secondaries_find(uint64_t head)
{
	/* The first word may be another's, which leads to the loader's own code. */
	head_is_at_0 = same(head, sizeof(uint32_t), HEAD_EXCEPTION_HANDLER) && same(head, HEAD_SECONDARY, HEAD_SIZE);
	if (head < VECTORS_END)
		return;
	*(volatile uint64_t *)HEAD_EXCEPTION_HANDLER = (uint64_t)exception_handler;
	for (uint64_t vector = VECTORS; vector < VECTORS_END; vector += VECTOR_SIZE)
		write_instructions(vector);
	drop_stale_instructions();
}

/* Those that came in one byte order. */
static uint64_t arrived(int little_endian)
{
	return head_is_at_0 ? ((const volatile uint64_t *)HEAD_SECONDARIES)[little_endian] : 0;
}

static unsigned int arrived_count(void)
{
	unsigned int count = 0;

	for (uint64_t left = arrived(0) | arrived(1); left; left &= left - 1)
		count++;
	return count;
}

/* A processor may be several, its threads, of which each has a number. */
static unsigned int count_processors(const struct fdt *tree)
{
	struct fdt_place place = fdt_begin(tree);
	unsigned int count = 0;

	while (fdt_next(&place))
		if (place.token == FDT_BEGIN_NODE && fdt_has_string(fdt_property(place, "device_type"), "cpu"))
			count += fdt_property(place, "ibm,ppc-interrupt-server#s").size / FDT_CELL;
	return count;
}

void secondaries_await(const struct fdt *tree)
{
	unsigned int processors = count_processors(tree);
	uint64_t start = time_base();

	if (!head_is_at_0)
		return;
	while (arrived_count() + 1 < processors && time_base() - start < PATIENCE_SECONDS * TICKS_PER_SECOND)
		;
}

static void report_arrived(const char *name, int little_endian)
{
	uint64_t processors = arrived(little_endian);

	json_open(name, '[');
	for (int i = 0; i < PROCESSORS_MAX; i++)
		if (processors >> i & 1)
			json_decimal("", i);
	json_close(']');
}

void secondaries_report(void)
{
	json_bool("head_at_0", head_is_at_0);
	json_open("secondaries", '{');
	report_arrived("big_endian", 0);
	report_arrived("little_endian", 1);
	json_close('}');
}

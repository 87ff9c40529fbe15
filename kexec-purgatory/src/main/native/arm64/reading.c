// SPDX-License-Identifier: Apache-2.0
/*
 * Hashing with the data cache off takes as long as memory takes for every single access, so it goes on while a segment is
 * read. That needs the MMU, which says what may be cached: the purgatory's pages, and those of this segment. Nothing else is
 * mapped, because a processor may fetch whatever is, and what lies next to a segment may be a device or somebody else's.
 */
#include "../common/machine.h"

#include <stdbool.h>
#include <stddef.h>

#include "caches.h"
#include "parameters.h"

/* Translation tables (ARM DDI 0487, D8.3) of 4 KiB, which map 512 pages, blocks of 2 MiB or 1 GiB, or 512 GiB. */
enum { ENTRIES = 512, PAGE_SHIFT = 12, LEVEL_SHIFT = 9, LAST_LEVEL = 3 };
#define PAGE_SIZE (1ull << PAGE_SHIFT)
#define ADDRESS_BITS 48

/*
 * The root, and at each end of a range one of each lower level. All that lies between the ends is in blocks, of a size that
 * needs no table.
 */
enum { TABLES = 1 + 2 * 2 * LAST_LEVEL };

#define VALID 1ull
#define TABLE_OR_PAGE 2ull
#define NORMAL_MEMORY (1ull << 2) /* the second attribute in MAIR */
#define EL0_OR_ONE (1ull << 6) /* AP[1]: 1 where there is no EL0 */
#define READ_ONLY (1ull << 7)
#define INNER_SHAREABLE (3ull << 8)
#define ACCESSED (1ull << 10)
#define NEVER_EXECUTE (3ull << 53)

#define MAIR_DEVICE_AND_WRITE_BACK 0xff00ull

/* Where TCR_EL1, and TCR_EL2 of an EL2 that takes after it, differ from TCR_EL2. */
#define TCR_COMMON (64 - ADDRESS_BITS | 1ull << 8 | 1ull << 10 | 3ull << 12) /* write-back, inner shareable, 4 KiB */
#define TCR_EL1_ONLY_LOWER (1ull << 23) /* EPD1 */
#define TCR_EL1_IPS_SHIFT 32
#define TCR_EL2_RES1 (1ull << 31 | 1ull << 23)
#define TCR_EL2_PS_SHIFT 16

#define CURRENT_EL_2 (2u << 2)
#define HCR_E2H (1ull << 34)
#define SCTLR_M 1u
enum { GRANULE_4K_MISSING = 0xf, RANGE_48_BITS = 5 };

static uint64_t tables[TABLES][ENTRIES] __attribute__((section(".bss.tables"), aligned(4096)));
static unsigned int used;
static struct translation translation;
static uint64_t leaf_attributes;

/* What is mapped now, if anything. */
static uint64_t segment_start, segment_end;
static bool on;

/* Whether the registers are EL2's with a format of their own. */
static bool is_plain_el2(void)
{
	uint64_t level, hypervisor;

	__asm__("mrs %0, CurrentEL" : "=r"(level));
	if (level != CURRENT_EL_2)
		return false;
	__asm__("mrs %0, hcr_el2" : "=r"(hypervisor));
	return !(hypervisor & HCR_E2H);
}

static bool is_mmu_on(void)
{
	uint64_t level, control;

	__asm__("mrs %0, CurrentEL" : "=r"(level));
	if (level == CURRENT_EL_2)
		__asm__("mrs %0, sctlr_el2" : "=r"(control));
	else
		__asm__("mrs %0, sctlr_el1" : "=r"(control));
	return control & SCTLR_M;
}

/* False if this processor has no pages of 4 KiB, or addresses less wide than the segment's. */
static bool prepare(uint64_t end)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
	uint64_t features, range;
	bool plain = is_plain_el2();

	__asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
	range = features & 0xf;
	if (range > RANGE_48_BITS)
		range = RANGE_48_BITS;
	if ((features >> 28 & 0xf) == GRANULE_4K_MISSING || end > 1ull << bits[range])
		return false;
	translation.mair = MAIR_DEVICE_AND_WRITE_BACK;
	translation.tcr = TCR_COMMON | (plain ? TCR_EL2_RES1 | range << TCR_EL2_PS_SHIFT
					      : TCR_EL1_ONLY_LOWER | range << TCR_EL1_IPS_SHIFT);
	translation.ttbr0 = (uint64_t)tables[0];
	leaf_attributes = VALID | NORMAL_MEMORY | INNER_SHAREABLE | ACCESSED | (plain ? EL0_OR_ONE : 0);
	return true;
}

static uint64_t *new_table(void)
{
	uint64_t *table = tables[used++];

	for (int i = 0; i < ENTRIES; i++)
		table[i] = 0;
	return table;
}

/* The lowest table above an address whose entries are not larger than needed, which is made if there is none. */
static uint64_t *entry(uint64_t address, int level)
{
	uint64_t *table = tables[0];

	for (int at = 0;; at++) {
		uint64_t *entry = &table[address >> (PAGE_SHIFT + LEVEL_SHIFT * (LAST_LEVEL - at)) & (ENTRIES - 1)];

		if (at == level)
			return entry;
		if (!*entry)
			*entry = (uint64_t)new_table() | VALID | TABLE_OR_PAGE;
		table = (uint64_t *)(*entry & ~(PAGE_SIZE - 1));
	}
}

/* Maps whole pages to themselves, in blocks as large as possible. */
static void map(uint64_t start, uint64_t end, uint64_t attributes)
{
	while (start < end) {
		int level = 1;
		uint64_t size = PAGE_SIZE << 2 * LEVEL_SHIFT;

		for (; level < LAST_LEVEL && (start & (size - 1) || end - start < size); level++)
			size >>= LEVEL_SHIFT;
		*entry(start, level) = start | attributes | (level == LAST_LEVEL ? TABLE_OR_PAGE : 0);
		start += size;
	}
}

static uint64_t round_up(uint64_t address)
{
	return (address + PAGE_SIZE - 1) & -PAGE_SIZE;
}

void machine_begin_reading(uint64_t start, uint64_t size)
{
	uint64_t own_start = (uint64_t)purgatory_memory_begin & -PAGE_SIZE;
	uint64_t own_end = round_up((uint64_t)purgatory_memory_end);
	uint64_t end = start + size;

	if (!purgatory_use_cache || !size || is_mmu_on() || !prepare(end > own_end ? end : own_end))
		return;
	segment_start = start & -PAGE_SIZE;
	segment_end = round_up(end);
	/* A page of both would have to be two things. Segments begin and end at pages, so this is nobody's loss. */
	if (segment_start < own_end && own_start < segment_end)
		return;
	used = 0;
	new_table();
	map(own_start, own_end, leaf_attributes);
	map(segment_start, segment_end, leaf_attributes | READ_ONLY | NEVER_EXECUTE);
	on = true;
	caches_on(&translation);
}

void machine_end_reading(void)
{
	if (!on)
		return;
	on = false;
	/* The kernel will not look for what the cache holds of its memory. */
	caches_drop(segment_start, segment_end);
	caches_off();
}

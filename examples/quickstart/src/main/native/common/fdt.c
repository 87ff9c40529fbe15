// SPDX-License-Identifier: Apache-2.0
#include "fdt.h"

#define MAGIC 0xd00dfeedu

/* Offsets in the header. The layout is that of version 16, and 17 only adds a size. */
enum {
	TOTAL_SIZE = 4,
	STRUCTURE = 8,
	STRINGS = 12,
	RESERVATIONS = 16,
	LAST_COMPATIBLE = 24,
	STRINGS_SIZE = 32,
	HEADER_SIZE = 40,
};

enum { NOP = 4, VERSION = 16 };

/* Of the root, where it does not say; and of an entry that reserves memory. */
enum { DEFAULT_ADDRESS_CELLS = 2, DEFAULT_SIZE_CELLS = 1, RESERVATION_CELLS = 4 };

/* By bytes, as a device tree may be damaged or lie anywhere, and not every memory can be read as words then. */
static uint32_t u32(const uint8_t *value)
{
	return (uint32_t)value[0] << 24 | (uint32_t)value[1] << 16 | (uint32_t)value[2] << 8 | value[3];
}

uint64_t fdt_cells(const uint8_t *value, uint32_t cells)
{
	uint64_t result = 0;

	for (uint32_t i = 0; i < cells; i++)
		result = result << 32 | u32(value + i * FDT_CELL);
	return result;
}

static bool same_string(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool fdt_open(struct fdt *tree, uint64_t address)
{
	const uint8_t *header = (const uint8_t *)address;
	uint32_t size, structure, strings, strings_size;

	if (!address || address % 8 || u32(header) != MAGIC || u32(header + LAST_COMPATIBLE) > VERSION)
		return false;
	size = u32(header + TOTAL_SIZE);
	structure = u32(header + STRUCTURE);
	strings = u32(header + STRINGS);
	strings_size = u32(header + STRINGS_SIZE);
	if (size < HEADER_SIZE || structure > size || strings > size || strings_size > size - strings)
		return false;
	tree->address = address;
	tree->total_size = size;
	tree->structure = address + structure;
	tree->structure_end = address + size;
	tree->strings = address + strings;
	tree->strings_end = tree->strings + strings_size;
	tree->reservations = address + u32(header + RESERVATIONS);
	return true;
}

struct fdt_place fdt_begin(const struct fdt *tree)
{
	return (struct fdt_place){ .tree = tree, .next = tree->structure };
}

/* The string at an address, if a NUL ends it before the limit. */
static const char *string_before(uint64_t address, uint64_t limit)
{
	for (uint64_t at = address; at < limit; at++)
		if (!*(const char *)at)
			return (const char *)address;
	return 0;
}

static void skip(struct fdt_place *place, uint64_t bytes)
{
	place->next += (bytes + FDT_CELL - 1) & -(uint64_t)FDT_CELL;
}

static bool read_name(struct fdt_place *place)
{
	place->name = string_before(place->next, place->tree->structure_end);
	if (!place->name)
		return false;
	for (const char *end = place->name;; end++) {
		if (!*end) {
			skip(place, (uint64_t)(end - place->name) + 1);
			return true;
		}
	}
}

static bool read_property(struct fdt_place *place)
{
	const uint8_t *header = (const uint8_t *)place->next;

	if (place->tree->structure_end - place->next < 2 * FDT_CELL)
		return false;
	place->size = u32(header);
	place->name = string_before(place->tree->strings + u32(header + FDT_CELL), place->tree->strings_end);
	place->value = header + 2 * FDT_CELL;
	place->next += 2 * FDT_CELL;
	if (!place->name || place->size > place->tree->structure_end - place->next)
		return false;
	skip(place, place->size);
	return true;
}

bool fdt_next(struct fdt_place *place)
{
	while (place->next < place->tree->structure_end && place->tree->structure_end - place->next >= FDT_CELL) {
		uint32_t token = u32((const uint8_t *)place->next);

		place->next += FDT_CELL;
		if (token == NOP)
			continue;
		place->token = token;
		switch (token) {
		case FDT_BEGIN_NODE:
			place->depth++;
			return read_name(place);
		case FDT_PROPERTY:
			return read_property(place);
		case FDT_END_NODE:
			return place->depth-- > 0;
		default:
			return false;
		}
	}
	return false;
}

/* Behind the first component of a path if it is that name, else null. */
static const char *after_component(const char *path, const char *name)
{
	while (*name && *path == *name) {
		path++;
		name++;
	}
	if (*name || (*path && *path != '/' && *path != ':'))
		return 0;
	return *path == '/' ? path + 1 : path;
}

static bool find_absolute(const struct fdt *tree, const char *path, struct fdt_place *node)
{
	unsigned int found = 1;

	*node = fdt_begin(tree);
	for (path++; fdt_next(node) && node->depth >= found;) {
		const char *rest;

		if (node->token != FDT_BEGIN_NODE)
			continue;
		if (node->depth == found + 1 && (rest = after_component(path, node->name))) {
			path = rest;
			found++;
		}
		if (node->depth == found && (!*path || *path == ':'))
			return true;
	}
	return false;
}

bool fdt_find(const struct fdt *tree, const char *path, struct fdt_place *node)
{
	if (*path == '/')
		return find_absolute(tree, path, node);
	if (!find_absolute(tree, "/aliases", node))
		return false;
	while (fdt_next(node) && node->token == FDT_PROPERTY) {
		const char *rest = after_component(path, node->name);
		struct fdt_property alias = { node->value, node->size };

		if (rest && (!*rest || *rest == ':'))
			return fdt_is_string(alias) && *alias.value == '/' &&
			       find_absolute(tree, (const char *)alias.value, node);
	}
	return false;
}

struct fdt_property fdt_property(struct fdt_place node, const char *name)
{
	/* A node's properties come before its children. */
	while (fdt_next(&node) && node.token == FDT_PROPERTY)
		if (same_string(node.name, name))
			return (struct fdt_property){ node.value, node.size };
	return (struct fdt_property){ 0, 0 };
}

bool fdt_is_string(struct fdt_property property)
{
	if (!property.size || property.value[property.size - 1])
		return false;
	for (uint32_t i = 0; i + 1 < property.size; i++)
		if (property.value[i] < ' ' || property.value[i] > '~')
			return false;
	return true;
}

bool fdt_has_string(struct fdt_property property, const char *string)
{
	uint64_t at = (uint64_t)property.value, end = at + property.size;

	while (at < end && string_before(at, end)) {
		if (same_string((const char *)at, string))
			return true;
		while (*(const char *)at++)
			;
	}
	return false;
}

uint32_t fdt_root_cells(const struct fdt *tree, const char *name)
{
	struct fdt_place root;
	struct fdt_property cells = { 0, 0 };

	if (find_absolute(tree, "/", &root))
		cells = fdt_property(root, name);
	if (cells.size == FDT_CELL)
		return u32(cells.value);
	return same_string(name, "#size-cells") ? DEFAULT_SIZE_CELLS : DEFAULT_ADDRESS_CELLS;
}

struct fdt_reservation fdt_reservation(const struct fdt *tree, uint32_t index)
{
	uint64_t entry = tree->reservations + (uint64_t)index * RESERVATION_CELLS * FDT_CELL;
	const uint8_t *at = (const uint8_t *)entry;

	if (entry + RESERVATION_CELLS * FDT_CELL > tree->address + tree->total_size)
		return (struct fdt_reservation){ 0, 0 };
	return (struct fdt_reservation){ fdt_cells(at, 2), fdt_cells(at + 2 * FDT_CELL, 2) };
}

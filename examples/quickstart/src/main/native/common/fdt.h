/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a flattened device tree (Devicetree Specification, chapter 5) where it lies. It may be damaged: nothing outside of it
 * is read, and a tree that breaks off is one that ends there.
 */
#ifndef KEXEC4J_TINY_FDT_H
#define KEXEC4J_TINY_FDT_H

#include <stdbool.h>
#include <stdint.h>

enum fdt_token { FDT_BEGIN_NODE = 1, FDT_END_NODE = 2, FDT_PROPERTY = 3, FDT_END = 9 };

struct fdt {
	uint64_t address;
	uint32_t total_size;
	uint64_t structure, structure_end;
	uint64_t strings, strings_end;
	uint64_t reservations;
};

/* A place in the tree: what was read last, and where the next begins. */
struct fdt_place {
	const struct fdt *tree;
	uint64_t next;
	enum fdt_token token;
	unsigned int depth; /* 1 in the root */
	const char *name; /* of the node or property */
	const uint8_t *value;
	uint32_t size;
};

/* A property; one that is missing is one of nothing. */
struct fdt_property {
	const uint8_t *value;
	uint32_t size;
};

struct fdt_reservation {
	uint64_t start, size;
};

enum { FDT_CELL = 4 };

/* False if there is no tree of this layout at the address. */
bool fdt_open(struct fdt *tree, uint64_t address);

struct fdt_place fdt_begin(const struct fdt *tree);

/* Reads what comes next. False at the end. */
bool fdt_next(struct fdt_place *place);

/* The node with a path, which may start with an alias, and which a ':' ends as well. False if there is none. */
bool fdt_find(const struct fdt *tree, const char *path, struct fdt_place *node);

/* A property of the node that was read last, or found. */
struct fdt_property fdt_property(struct fdt_place node, const char *name);

/* Whether it is one string, which a NUL ends, of printable ASCII. */
bool fdt_is_string(struct fdt_property property);

/* Whether it is a list of strings with this one in it. */
bool fdt_has_string(struct fdt_property property, const char *string);

/* The number that some cells hold. */
uint64_t fdt_cells(const uint8_t *value, uint32_t cells);

/* A property of the root that says of how many cells the addresses or sizes of its children are. */
uint32_t fdt_root_cells(const struct fdt *tree, const char *name);

/* An entry of the memory reservation block, whose last is the one of zeros. */
struct fdt_reservation fdt_reservation(const struct fdt *tree, uint32_t index);

#endif

// SPDX-License-Identifier: Apache-2.0
#include "tree_report.h"

#include "json.h"
#include "print.h"
#include "sha256.h"

/* Of a list that may be damaged. */
enum { RESERVATIONS_MAX = 64 };

/* Text as text, nothing as true, and all else as its bytes. */
static void report_property(const char *name, struct fdt_property property)
{
	if (!property.size) {
		json_bool(name, true);
	} else if (fdt_is_string(property)) {
		json_string(name, (const char *)property.value);
	} else {
		json_name(name);
		print("\"0x");
		print_bytes(property.value, property.size);
		print("\"");
	}
}

void report_chosen(const struct fdt *tree)
{
	struct fdt_place place;

	if (!fdt_find(tree, "/chosen", &place)) {
		json_null("chosen");
		return;
	}
	json_open("chosen", '{');
	while (fdt_next(&place) && place.token == FDT_PROPERTY)
		report_property(place.name, (struct fdt_property){ place.value, place.size });
	json_close('}');
}

static void report_range(uint64_t start, uint64_t size)
{
	json_open("", '{');
	json_hex("start", start);
	json_hex("size", size);
	json_close('}');
}

static void report_ranges(const struct fdt *tree, const char *name, struct fdt_property reg)
{
	uint32_t address_cells = fdt_root_cells(tree, "#address-cells");
	uint32_t size_cells = fdt_root_cells(tree, "#size-cells");
	uint32_t entry = (address_cells + size_cells) * FDT_CELL;

	json_open(name, '[');
	for (uint32_t at = 0; entry && reg.size - at >= entry; at += entry)
		report_range(fdt_cells(reg.value + at, address_cells),
			     fdt_cells(reg.value + at + address_cells * FDT_CELL, size_cells));
	json_close(']');
}

void report_memory(const struct fdt *tree)
{
	struct fdt_place place = fdt_begin(tree);
	struct fdt_property usable;

	json_open("memory", '[');
	while (fdt_next(&place)) {
		if (place.token != FDT_BEGIN_NODE || !fdt_has_string(fdt_property(place, "device_type"), "memory"))
			continue;
		json_open("", '{');
		json_string("node", place.name);
		report_ranges(tree, "reg", fdt_property(place, "reg"));
		usable = fdt_property(place, "linux,usable-memory");
		if (usable.value)
			report_ranges(tree, "usable", usable);
		json_close('}');
	}
	json_close(']');
}

void report_reservations(const struct fdt *tree)
{
	json_open("reservations", '[');
	for (int i = 0; i < RESERVATIONS_MAX; i++) {
		struct fdt_reservation reservation = fdt_reservation(tree, i);

		if (!reservation.start && !reservation.size)
			break;
		report_range(reservation.start, reservation.size);
	}
	json_close(']');
}

/* As of one or two cells, which is for whoever made the property to choose. */
static uint64_t chosen_address(struct fdt_place chosen, const char *name)
{
	struct fdt_property property = fdt_property(chosen, name);

	return property.size > 2 * FDT_CELL ? 0 : fdt_cells(property.value, property.size / FDT_CELL);
}

void report_initrd(const struct fdt *tree)
{
	struct fdt_place chosen;
	uint64_t start = 0, end = 0;
	uint8_t digest[SHA256_SIZE];

	if (fdt_find(tree, "/chosen", &chosen)) {
		start = chosen_address(chosen, "linux,initrd-start");
		end = chosen_address(chosen, "linux,initrd-end");
	}
	if (start >= end) {
		json_null("initrd");
		return;
	}
	json_open("initrd", '{');
	json_hex("address", start);
	json_decimal("size", end - start);
	if (start % sizeof(uint32_t)) {
		json_null("sha256"); /* it cannot be read as words */
	} else {
		sha256((const void *)start, end - start, digest);
		json_name("sha256");
		print("\"");
		print_bytes(digest, sizeof(digest));
		print("\"");
	}
	json_close('}');
}
